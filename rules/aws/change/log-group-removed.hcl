rule "log-group-removed" {
  summary     = "Logs destroyed by the plan"
  principle   = "change"
  severity    = "warning"
  environment = "any"
  needs       = "plan"
  since       = "2027.1"
  why         = <<-MD
    A log group is deleted with every line in it, also where only its name changes. They are missed when the next failure, or
    an audit, asks what happened before.
  MD
  fix         = "For a new address, add a `moved` block; to keep the lines, set `skip_destroy = true` in a change of its own first, or use a `removed` block with `destroy = false`."
  notice      = "`IncomingLogEvents` of the group ends, and queries in Logs Insights find nothing before the apply."
  prove       = "Look for a request of last week in the logs after the change in a test account."
  references  = ["AWS Well-Architected SEC04-BP01", "AWS Well-Architected OPS04-BP02"]

  locals {
    was = before(self)
    # What wrote into it goes with it: a clean-up.
    functions = [for f in destroyed("aws_lambda_function") : f if self.name == "/aws/lambda/${f.function_name}"]
    writers = [
      for w in destroyed(
        "aws_lambda_function", "aws_ecs_task_definition", "aws_api_gateway_stage", "aws_apigatewayv2_stage", "aws_flow_log",
        "aws_sfn_state_machine",
      ) : w
      if contains(linked(w, "logs_to"), self)
    ]
    clean_up = action(self) == "delete" && (length(local.functions) > 0 || length(local.writers) > 0)
  }

  for_each = concat(resources("aws_cloudwatch_log_group"), destroyed("aws_cloudwatch_log_group"))
  unless   = local.was.skip_destroy == true || local.clean_up
  when     = action(self) == "delete" || action(self) == "replace"
  at       = "name"
  message  = "this plan deletes every line in `${self}`${action(self) == "replace" ? ", and begins it anew" : ""}"

  label "goes on, without its past" {
    at = [for w in referrers(local.was, "logs_to") : after(w) if after(w) != null]
  }

  fails "a group renamed without moved" {
    before {
      resource "aws_cloudwatch_log_group" "checkout" {
        name = "/shop/checkout"
      }
    }

    resource "aws_cloudwatch_log_group" "this" {
      name = "/shop/checkout"
    }
  }

  fails "another name, for which the group is made anew" {
    replaces = ["aws_cloudwatch_log_group.checkout"]

    before {
      resource "aws_cloudwatch_log_group" "checkout" {
        name = "/shop/checkout"
      }
    }

    resource "aws_cloudwatch_log_group" "checkout" {
      name = "/shop/checkout/api"
    }
  }

  fails "the function that writes into it stays" {
    before {
      resource "aws_lambda_function" "checkout" {
        function_name = "checkout"
      }

      resource "aws_cloudwatch_log_group" "checkout" {
        name = "/aws/lambda/${aws_lambda_function.checkout.function_name}"
      }
    }

    resource "aws_lambda_function" "checkout" {
      function_name = "checkout"
    }
  }

  passes "the function goes too" {
    before {
      resource "aws_lambda_function" "checkout" {
        function_name = "checkout"
      }

      resource "aws_cloudwatch_log_group" "checkout" {
        name = "/aws/lambda/${aws_lambda_function.checkout.function_name}"
      }
    }
  }

  passes "Terraform only lets go of it" {
    before {
      resource "aws_cloudwatch_log_group" "checkout" {
        name         = "/shop/checkout"
        skip_destroy = true
      }
    }
  }

  passes "an update in place" {
    before {
      resource "aws_cloudwatch_log_group" "checkout" {
        name              = "/shop/checkout"
        retention_in_days = 30
      }
    }

    resource "aws_cloudwatch_log_group" "checkout" {
      name              = "/shop/checkout"
      retention_in_days = 90
    }
  }

  unknown "whether it is only let go of is not known" {
    before {
      variable "keep_logs" { type = bool }

      resource "aws_cloudwatch_log_group" "checkout" {
        name         = "/shop/checkout"
        skip_destroy = var.keep_logs
      }
    }
  }
}
