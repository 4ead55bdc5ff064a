rule "trace-role-without-permission" {
  summary     = "Tracing is on, with a role that may not write traces"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    The console adds the permission when somebody ticks the box, Terraform does not. Lambda refuses a function whose role may not write
    segments, in the middle of an apply; a workflow runs, and the map of the system lacks it.
  MD
  fix         = "Attach `AWSXRayDaemonWriteAccess` to the role, or allow it `xray:PutTraceSegments` and `xray:PutTelemetryRecords`."
  notice      = "The service map lacks the component; its log shows `AccessDenied` for `PutTraceSegments`."
  prove       = "Send one request in a test account, and look for its trace."
  references = [
    "AWS Well-Architected OPS04-BP05",
    "AWS Lambda Developer Guide: Visualize Lambda function invocations using AWS X-Ray",
  ]

  locals {
    on    = self.tracing_config[0].mode == "Active" || default(self.tracing_configuration[0].enabled, false) == true
    roles = is(self, "aws_lambda_function") ? refs(self.role, "aws_iam_role") : refs(self.role_arn, "aws_iam_role")
    closed = [
      for r in local.roles : r
      if length(attached_policies(r)) + length(policy_texts(r)) > 0 && !writes_traces(r)
    ]
  }

  for_each = resources("aws_lambda_function", "aws_sfn_state_machine")
  when     = local.on && length(local.closed) > 0
  message  = "the traces of `${self}` are refused: its role `${local.closed[0]}` may not write them"

  label "may not write traces" {
    at = local.closed
  }

  fails "function that may write logs only" {
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

      tracing_config {
        mode = "Active"
      }
    }
  }

  fails "state machine" {
    resource "aws_iam_role" "refund" {
      name               = "refund"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "refund" {
      role = aws_iam_role.refund.id
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "lambda:InvokeFunction", Resource = "*" }]
      })
    }

    resource "aws_sfn_state_machine" "refund" {
      name       = "refund"
      role_arn   = aws_iam_role.refund.arn
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })

      tracing_configuration {
        enabled = true
      }
    }
  }

  passes "managed policy" {
    resource "aws_iam_role" "api" {
      name               = "api"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy_attachment" "managed" {
      for_each   = toset(["service-role/AWSLambdaBasicExecutionRole", "AWSXRayDaemonWriteAccess"])
      role       = aws_iam_role.api.name
      policy_arn = "arn:aws:iam::aws:policy/${each.value}"
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = aws_iam_role.api.arn

      tracing_config {
        mode = "Active"
      }
    }
  }

  passes "statement of its own" {
    resource "aws_iam_role" "api" {
      name               = "api"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "api" {
      role = aws_iam_role.api.id
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource = "*" }]
      })
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = aws_iam_role.api.arn

      tracing_config {
        mode = "Active"
      }
    }
  }

  passes "does not trace" {
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

  passes "a role that may, whoever decides" {
    variable "tracing" { type = string }

    resource "aws_iam_role" "orders" {
      name = "orders"
    }

    resource "aws_iam_role_policy_attachment" "orders" {
      role       = aws_iam_role.orders.name
      policy_arn = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
    }

    resource "aws_lambda_function" "orders" {
      function_name = "orders"
      role          = aws_iam_role.orders.arn

      tracing_config {
        mode = var.tracing
      }
    }
  }

  unknown "mode is given by the caller" {
    variable "tracing" { type = string }

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

      tracing_config {
        mode = var.tracing
      }
    }
  }
}
