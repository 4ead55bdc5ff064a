rule "iam-wildcard-data-access" {
  summary      = "Role may touch every table, bucket or queue of the account"
  principle    = "data-boundaries"
  severity     = "warning"
  environment  = "any"
  since        = "2027.1"
  renamed_from = ["wildcard-data-access"]
  why          = <<-MD
    Which data belongs to the service cannot be seen from its role, and nothing keeps it from writing the data of
    another.
  MD
  fix          = "Name the ARNs of the service's own stores in `Resource`."
  notice       = "IAM Access Analyzer lists services and resources that the role never used."
  prove        = "Call a table or bucket of another service with the role: the policy lets it in."
  references   = ["AWS Well-Architected SEC03-BP02", "AWS Well-Architected REL04-BP02"]

  locals {
    documents = refs(self.policy, "aws_iam_policy_document")

    statements = [
      for s in try(flatten([jsondecode(self.policy).Statement]), []) : {
        effect    = try(s.Effect, "Allow")
        actions   = try(flatten([s.Action]), [])
        resources = try(s.Resource, [])
      }
    ]

    writing = "(?i)^(\\*$|(dynamodb|s3|sqs|rds-data):(\\*$|put|update|delete|batchwrite|send|execute|write))"

    everything = "^(\\*$|arn:[^:]*:(dynamodb|s3|sqs|rds):[^:]*:[^:]*:\\*?$)"

    # A statement that names a store of this configuration is not about everything.
    wide = anytrue([
      for s in local.statements : (
        s.effect == "Allow"
        && anytrue([for a in s.actions : can(regex(local.writing, a))])
        && length(refs(s.resources, "datastore", "queue", "cache", "topic", "stream")) == 0
        && anytrue([for r in flatten([s.resources]) : can(regex(local.everything, r))])
      )
    ])
  }

  for_each = resources("aws_iam_role_policy", "aws_iam_policy")
  when     = local.wide
  at       = "policy"
  message  = "`${self}` lets its role write any store of the account"

  label "the statements" {
    at        = local.documents
    attribute = "statement"
  }

  fails "every table" {
    resource "aws_iam_role_policy" "orders" {
      role = "orders"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          { Effect = "Allow", Action = "dynamodb:*", Resource = "*" },
        ]
      })
    }
  }

  fails "every bucket, by a policy document" {
    data "aws_iam_policy_document" "orders" {
      statement {
        actions   = ["s3:GetObject", "s3:PutObject"]
        resources = ["*"]
      }
    }

    resource "aws_iam_policy" "orders" {
      name   = "orders"
      policy = data.aws_iam_policy_document.orders.json
    }
  }

  passes "its own table" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
    }

    data "aws_iam_policy_document" "orders" {
      statement {
        actions   = ["dynamodb:GetItem", "dynamodb:PutItem"]
        resources = [aws_dynamodb_table.orders.arn]
      }
    }

    resource "aws_iam_role_policy" "orders" {
      role   = "orders"
      policy = data.aws_iam_policy_document.orders.json
    }
  }

  passes "its own table, in JSON" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
    }

    resource "aws_iam_role_policy" "orders" {
      role = "orders"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          { Effect = "Allow", Action = "dynamodb:PutItem", Resource = aws_dynamodb_table.orders.arn },
        ]
      })
    }
  }

  passes "lists everything, writes nothing" {
    resource "aws_iam_role_policy" "inventory" {
      role = "inventory"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          { Effect = "Allow", Action = ["s3:ListAllMyBuckets", "dynamodb:ListTables"], Resource = "*" },
        ]
      })
    }
  }

  unknown "actions are given by the caller" {
    variable "actions" { type = list(string) }

    data "aws_iam_policy_document" "orders" {
      statement {
        actions   = var.actions
        resources = ["*"]
      }
    }

    resource "aws_iam_policy" "orders" {
      name   = "orders"
      policy = data.aws_iam_policy_document.orders.json
    }
  }
}
