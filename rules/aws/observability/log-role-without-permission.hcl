rule "log-role-without-permission" {
  summary     = "Logs are written with a role that may not write them"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Everything looks wired: the log is switched on, the role is named. No policy of the role allows `logs:PutLogEvents`, so not one line
    arrives, and most services say nothing of it. A task of ECS does not even start.
  MD
  fix         = "Allow the role `logs:CreateLogStream` and `logs:PutLogEvents` on the log group, or attach the managed policy of the service (`AWSLambdaBasicExecutionRole`, `AmazonECSTaskExecutionRolePolicy`)."
  notice      = "`IncomingLogEvents` of the group is 0 while the service works."
  prove       = "Send one request in a test account, and look for its entry; CloudTrail shows `AccessDenied` for `PutLogEvents`."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Knowledge Center: Log group does not exist",
    "AWS VPC User Guide: IAM role for publishing flow logs to CloudWatch Logs",
    "AWS EC2 API Reference: FlowLog",
  ]

  locals {
    roles = log_roles(self)
    # A role to which nothing is attached here is finished elsewhere.
    closed = [
      for r in local.roles : r
      if length(attached_policies(r)) + length(policy_texts(r)) > 0 && !writes_logs(r)
    ]
  }

  for_each = resources("log_roles")
  when     = length(local.closed) > 0
  message  = "no line of `${self}` arrives: its role `${local.closed[0]}` may not write logs"

  label "may not write logs" {
    at = local.closed
  }

  fails "function whose role reads a table only" {
    resource "aws_iam_role" "api" {
      name               = "api"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "api" {
      role = aws_iam_role.api.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          { Effect = "Allow", Action = ["dynamodb:GetItem", "dynamodb:Query"], Resource = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders" },
        ]
      })
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = aws_iam_role.api.arn
    }
  }

  fails "flow log" {
    data "aws_iam_policy_document" "flow" {
      statement {
        actions   = ["logs:DescribeLogGroups", "logs:CreateLogStream"]
        resources = ["*"]
      }
    }

    resource "aws_iam_role" "flow" {
      name               = "flow-logs"
      assume_role_policy = "{}"
    }

    resource "aws_iam_policy" "flow" {
      name   = "flow-logs"
      policy = data.aws_iam_policy_document.flow.json
    }

    resource "aws_iam_role_policy_attachment" "flow" {
      role       = aws_iam_role.flow.name
      policy_arn = aws_iam_policy.flow.arn
    }

    resource "aws_flow_log" "main" {
      vpc_id          = "vpc-0123456789abcdef0"
      traffic_type    = "ALL"
      log_destination = "arn:aws:logs:eu-west-1:111122223333:log-group:/vpc/main"
      iam_role_arn    = aws_iam_role.flow.arn
    }
  }

  fails "task that may pull its image and no more" {
    resource "aws_iam_role" "execution" {
      name               = "api-execution"
      assume_role_policy = "{}"

      inline_policy {
        name = "pull"
        policy = jsonencode({
          Version   = "2012-10-17"
          Statement = [{ Effect = "Allow", Action = "ecr:*", Resource = "*" }]
        })
      }
    }

    resource "aws_ecs_task_definition" "api" {
      family             = "api"
      execution_role_arn = aws_iam_role.execution.arn
      container_definitions = jsonencode([{
        name  = "api"
        image = "api:1.4.2"
        logConfiguration = {
          logDriver = "awslogs"
          options   = { awslogs-group = "/app/api", awslogs-region = "eu-west-1", awslogs-stream-prefix = "api" }
        }
      }])
    }
  }

  passes "managed policy" {
    resource "aws_iam_role" "api" {
      name               = "api"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy_attachment" "logs" {
      role       = aws_iam_role.api.name
      policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = aws_iam_role.api.arn
    }
  }

  passes "its own log group" {
    data "aws_iam_policy_document" "api" {
      statement {
        actions   = ["logs:CreateLogStream", "logs:Put*"]
        resources = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/api:*"]
      }
    }

    resource "aws_iam_role" "api" {
      name               = "api"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "api" {
      role   = aws_iam_role.api.id
      policy = data.aws_iam_policy_document.api.json
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = aws_iam_role.api.arn
    }
  }

  passes "a managed policy that may allow it" {
    resource "aws_iam_role" "api" {
      name                = "api"
      assume_role_policy  = "{}"
      managed_policy_arns = ["arn:aws:iam::aws:policy/PowerUserAccess"]
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = aws_iam_role.api.arn
    }
  }

  passes "a role that is finished elsewhere" {
    resource "aws_iam_role" "api" {
      name               = "api"
      assume_role_policy = "{}"
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = aws_iam_role.api.arn
    }
  }

  passes "a role of elsewhere" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = "arn:aws:iam::111122223333:role/api"
    }
  }

  passes "flow log to a bucket needs no role" {
    resource "aws_flow_log" "main" {
      vpc_id               = "vpc-0123456789abcdef0"
      traffic_type         = "ALL"
      log_destination_type = "s3"
      log_destination      = "arn:aws:s3:::network-flow-logs"
    }
  }

  unknown "policy is given by the caller" {
    variable "policy" { type = string }

    resource "aws_iam_role" "api" {
      name               = "api"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "api" {
      role   = aws_iam_role.api.id
      policy = var.policy
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = aws_iam_role.api.arn
    }
  }
}
