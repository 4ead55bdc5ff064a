rule "workload-failures-without-alarm" {
  summary    = "Function, workflow or API whose failures reach nobody"
  principle  = "observability"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    What runs without a machine fails without a trace that anybody looks at: a failed invocation, a failed execution and an answer with 500
    are numbers in CloudWatch until an alarm reads them.
  MD
  fix        = "Alarm on `Errors` of a function, `ExecutionsFailed` of a state machine, `5XXError` of a REST API, `5xx` of an HTTP API."
  notice     = "`Errors`, `ExecutionsFailed` or `5XXError` rises unseen."
  prove      = "Fail each second run with `aws:lambda:invocation-error`, and wait for a message."
  references = ["AWS Well-Architected REL06-BP01", "AWS Well-Architected REL06-BP02", "AWS Config cloudwatch-alarm-resource-check"]

  locals {
    alarms = default(told(self).failure, [])
    callers = concat(
      referrers(self, "async_invokes"), referrers(self, "integrates"), referrers(self, "invokes"), linked(self, "consumes"),
      referrers(self, "targets"),
    )
    # What it cannot handle ends in a queue that is watched, or the API before it is.
    queues = concat(linked(self, "redrives_to"), flatten([for q in linked(self, "consumes", "aws_sqs_queue") : linked(q, "redrives_to")]))
    told_by_others = anytrue(concat(
      [for q in local.queues : length(default(alarms(q), [])) > 0],
      [for a in referrers(self, "integrates", "aws_api_gateway_rest_api", "aws_apigatewayv2_api") : length(default(alarms(a), [])) > 0],
      [for a in referrers(self, "invokes", "aws_sfn_state_machine") : length(default(alarms(a), [])) > 0],
    ))
    by_events = length(referrers(self, "watches", "aws_cloudwatch_event_rule")) > 0 || length(referrers(self, "refers", "aws_cloudwatch_event_rule")) > 0
  }

  # An alarm that is there and never has data is told by these.
  yields "nothing else watches it" {
    to    = ["alarm-dimension-holds-address", "alarm-dimension-missing", "alarm-in-region-without-metric", "alarm-metric-misspelt", "alarm-metric-of-other-service"]
    about = referrers(self, "refers", "aws_cloudwatch_metric_alarm")
    at    = self
  }

  # A function that nothing here calls may be a tool.
  for_each = resources("aws_lambda_function", "aws_sfn_state_machine", "aws_api_gateway_rest_api", "aws_apigatewayv2_api")
  unless = (
    is_watched_elsewhere(self)
    || (is(self, "aws_lambda_function") && length(local.callers) == 0)
    || (is(self, "aws_lambda_function") && local.told_by_others)
    || (is(self, "aws_sfn_state_machine") && local.by_events)
  )
  when    = length(local.alarms) == 0
  message = "nobody is told when `${self}` fails: no alarm on ${join(" or ", telling(self).failure)}"

  label "nothing in it catches what fails" {
    at        = is(self, "aws_sfn_state_machine") && length(default(workflow_states(self), [])) > 0 && alltrue([for s in default(workflow_states(self), []) : length(default(s.Catch, [])) == 0]) ? [self] : []
    attribute = "definition"
  }

  label "depends on it" {
    at = local.callers
  }

  fails "function that events call" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = aws_cloudwatch_event_rule.order_placed.name
      arn  = aws_lambda_function.bill.arn
    }
  }

  fails "state machine with an alarm on its duration" {
    resource "aws_sfn_state_machine" "refund" {
      name       = "refund"
      role_arn   = "arn:aws:iam::111122223333:role/refund"
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
    }

    resource "aws_cloudwatch_metric_alarm" "slow" {
      alarm_name    = "refund-slow"
      namespace     = "AWS/States"
      metric_name   = "ExecutionTime"
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
      dimensions = {
        StateMachineArn = aws_sfn_state_machine.refund.arn
      }
    }
  }

  fails "HTTP API" {
    resource "aws_apigatewayv2_api" "shop" {
      name          = "shop"
      protocol_type = "HTTP"
    }
  }

  passes "function whose errors are watched" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_lambda_function.bill.arn
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name    = "bill-errors"
      namespace     = "AWS/Lambda"
      metric_name   = "Errors"
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
      dimensions = {
        FunctionName = aws_lambda_function.bill.function_name
      }
    }
  }

  passes "one alarm for all functions of the account" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_lambda_function.bill.arn
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name    = "function-errors"
      namespace     = "AWS/Lambda"
      metric_name   = "Errors"
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
    }
  }

  passes "its failures end in a queue that is watched" {
    resource "aws_sqs_queue" "failed" {
      name = "bill-failed"
    }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"

      dead_letter_config {
        target_arn = aws_sqs_queue.failed.arn
      }
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_lambda_function.bill.arn
    }

    resource "aws_cloudwatch_metric_alarm" "failed" {
      alarm_name    = "bill-failed"
      namespace     = "AWS/SQS"
      metric_name   = "ApproximateNumberOfMessagesVisible"
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
      dimensions = {
        QueueName = aws_sqs_queue.failed.name
      }
    }
  }

  passes "state machine, by its events" {
    resource "aws_sfn_state_machine" "refund" {
      name       = "refund"
      role_arn   = "arn:aws:iam::111122223333:role/refund"
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
    }

    resource "aws_cloudwatch_event_rule" "failed" {
      name = "workflow-failed"
      event_pattern = jsonencode({
        source      = ["aws.states"]
        detail-type = ["Step Functions Execution Status Change"]
        detail      = { status = ["FAILED", "TIMED_OUT"] }
      })
    }
  }

  passes "nothing here calls the function" {
    resource "aws_lambda_function" "tidy" {
      function_name = "tidy"
    }
  }

  unknown "metric is given by the caller" {
    variable "metric" { type = string }

    resource "aws_apigatewayv2_api" "shop" {
      name          = "shop"
      protocol_type = "HTTP"
    }

    resource "aws_cloudwatch_metric_alarm" "shop" {
      alarm_name    = "shop"
      namespace     = "AWS/ApiGateway"
      metric_name   = var.metric
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
      dimensions = {
        ApiId = aws_apigatewayv2_api.shop.id
      }
    }
  }
}
