rule "datastore-written-by-services" {
  summary     = "Several services may write one table or bucket"
  principle   = "data-boundaries"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Whoever changes the shape of an item breaks the other writer, and nobody can say who wrote a wrong one. Services count as several only where tags
    (`service`, `component`, `app`) tell them apart.
  MD
  fix         = "Let one service write it, and the others call that service or send it events."
  notice      = "CloudTrail data events show several roles that write the same table or bucket."
  prove       = "Let one service write an item in an older form in a test environment, and see which other service fails."
  references = [
    "AWS Well-Architected REL04-BP02",
    "AWS Prescriptive Guidance: database-per-service pattern",
  ]

  locals {
    services = writing_services(self)
  }

  for_each = resources("aws_dynamodb_table", "aws_s3_bucket")
  when     = length(writers(self)) > 1 && length(local.services) > 1 # one writer is one service, whatever its tag says
  message  = "`${self}` is written by the services ${join(", ", sort(local.services))}"

  label "lets a service write it" {
    at        = writing_policies(self)
    attribute = "policy"
  }

  fails "two services by tag" {
    resource "aws_dynamodb_table" "customers" {
      name     = "customers"
      hash_key = "id"
    }

    resource "aws_iam_role" "service" {
      for_each           = toset(["orders", "billing"])
      name               = each.key
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "customers" {
      for_each = aws_iam_role.service
      role     = each.value.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          { Effect = "Allow", Action = ["dynamodb:GetItem", "dynamodb:PutItem"], Resource = aws_dynamodb_table.customers.arn },
        ]
      })
    }

    resource "aws_lambda_function" "api" {
      for_each      = aws_iam_role.service
      function_name = each.key
      role          = each.value.arn
      tags          = { service = each.key }
    }
  }

  passes "the other service only reads" {
    resource "aws_dynamodb_table" "customers" {
      name     = "customers"
      hash_key = "id"
    }

    resource "aws_iam_role" "service" {
      for_each           = toset(["orders", "billing"])
      name               = each.key
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "customers" {
      for_each = aws_iam_role.service
      role     = each.value.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect   = "Allow"
            Action   = each.key == "orders" ? ["dynamodb:GetItem", "dynamodb:PutItem"] : ["dynamodb:GetItem"]
            Resource = aws_dynamodb_table.customers.arn
          },
        ]
      })
    }

    resource "aws_lambda_function" "api" {
      for_each      = aws_iam_role.service
      function_name = each.key
      role          = each.value.arn
      tags          = { service = each.key }
    }
  }

  passes "two functions of one service, by a policy document" {
    resource "aws_dynamodb_table" "customers" {
      name     = "customers"
      hash_key = "id"
    }

    data "aws_iam_policy_document" "customers" {
      statement {
        actions   = ["dynamodb:PutItem"]
        resources = [aws_dynamodb_table.customers.arn]
      }
    }

    resource "aws_iam_policy" "customers" {
      name   = "customers"
      policy = data.aws_iam_policy_document.customers.json
    }

    resource "aws_iam_role" "function" {
      for_each           = toset(["create-customer", "delete-customer"])
      name               = each.key
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy_attachment" "customers" {
      for_each   = aws_iam_role.function
      role       = each.value.name
      policy_arn = aws_iam_policy.customers.arn
    }

    resource "aws_lambda_function" "function" {
      for_each      = aws_iam_role.function
      function_name = each.key
      role          = each.value.arn
      tags          = { service = "customers" }
    }
  }

  passes "one writer, whatever it is called" {
    variable "name" { type = string }

    resource "aws_dynamodb_table" "orders" {
      name = "orders"
    }

    resource "aws_iam_role" "orders" {
      name = "orders"
    }

    resource "aws_iam_role_policy" "orders" {
      role = aws_iam_role.orders.id

      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "dynamodb:PutItem", Resource = aws_dynamodb_table.orders.arn }]
      })
    }

    resource "aws_lambda_function" "orders" {
      function_name = "orders"
      role          = aws_iam_role.orders.arn
      tags          = { service = var.name }
    }
  }

  unknown "what the other service may do is given by the caller" {
    variable "actions" { type = list(string) }

    resource "aws_dynamodb_table" "customers" {
      name     = "customers"
      hash_key = "id"
    }

    resource "aws_iam_role" "service" {
      for_each           = toset(["orders", "billing"])
      name               = each.key
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "customers" {
      for_each = aws_iam_role.service
      role     = each.value.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          { Effect = "Allow", Action = var.actions, Resource = aws_dynamodb_table.customers.arn },
        ]
      })
    }

    resource "aws_lambda_function" "api" {
      for_each      = aws_iam_role.service
      function_name = each.key
      role          = each.value.arn
      tags          = { service = each.key }
    }
  }
}
