rule "iam-role-shared-by-services" {
  summary     = "Several services run with one role that reaches data"
  principle   = "data-boundaries"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Each of them may touch the stores of the others, and a right that one of them needs is given to all. A change of the role for one service is a
    change of all.
  MD
  fix         = "Give each service a role of its own that names its own stores."
  notice      = "CloudTrail names one role for the calls of several services, so nobody can tell them apart."
  prove       = "Take the role away from one service in a test account, and see which others fail."
  references = [
    "AWS Well-Architected SEC03-BP02",
    "AWS Well-Architected REL04-BP02",
  ]

  locals {
    clients  = referrers(self, "assumes", "aws_lambda_function", "aws_ecs_task_definition", "aws_sfn_state_machine")
    services = services_of_role(self)
    policies = linked(self, "grants", "aws_iam_policy", "aws_iam_policy_document")
    stores = concat(
      linked(self, "grants", "datastore", "queue", "topic", "stream", "cache"),
      flatten([for p in local.policies : linked(p, "grants", "datastore", "queue", "topic", "stream", "cache")]),
      flatten([
        for p in local.policies : [
          for d in linked(p, "grants", "aws_iam_policy_document") : linked(d, "grants", "datastore", "queue", "topic", "stream", "cache")
        ]
      ]),
    )
  }

  for_each = resources("aws_iam_role")
  when     = length(local.clients) > 1 && length(local.services) > 1 && length(local.stores) > 0
  message  = "the services ${join(", ", sort(local.services))} run with `${self}`, and each reaches what it grants"

  label "runs with it" {
    at = referrers(self, "assumes")
  }

  fails "two services by tag" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
    }

    resource "aws_iam_role" "functions" {
      name               = "functions"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "functions" {
      role = aws_iam_role.functions.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          { Effect = "Allow", Action = "dynamodb:*", Resource = aws_dynamodb_table.orders.arn },
        ]
      })
    }

    resource "aws_lambda_function" "api" {
      for_each      = toset(["orders", "billing"])
      function_name = each.key
      role          = aws_iam_role.functions.arn
      tags          = { service = each.key }
    }
  }

  passes "a role for logs only" {
    resource "aws_iam_role" "functions" {
      name               = "functions"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy_attachment" "functions" {
      role       = aws_iam_role.functions.name
      policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    }

    resource "aws_lambda_function" "api" {
      for_each      = toset(["orders", "billing"])
      function_name = each.key
      role          = aws_iam_role.functions.arn
      tags          = { service = each.key }
    }
  }

  passes "functions of one service" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
    }

    resource "aws_iam_role" "functions" {
      name               = "functions"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "functions" {
      role = aws_iam_role.functions.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          { Effect = "Allow", Action = "dynamodb:*", Resource = aws_dynamodb_table.orders.arn },
        ]
      })
    }

    resource "aws_lambda_function" "api" {
      for_each      = toset(["create-order", "cancel-order"])
      function_name = each.key
      role          = aws_iam_role.functions.arn
      tags          = { service = "orders" }
    }
  }

  passes "one function, whatever it is called" {
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

  unknown "services are given by the caller" {
    variable "service" { type = string }

    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
    }

    resource "aws_iam_role" "functions" {
      name               = "functions"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "functions" {
      role = aws_iam_role.functions.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          { Effect = "Allow", Action = "dynamodb:*", Resource = aws_dynamodb_table.orders.arn },
        ]
      })
    }

    resource "aws_lambda_function" "orders" {
      function_name = "orders"
      role          = aws_iam_role.functions.arn
      tags          = { service = "orders" }
    }

    resource "aws_lambda_function" "other" {
      function_name = "other"
      role          = aws_iam_role.functions.arn
      tags          = { service = var.service }
    }
  }
}
