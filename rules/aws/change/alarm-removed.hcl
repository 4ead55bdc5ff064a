rule "alarm-removed" {
  summary    = "Alarm removed from something that stays"
  principle  = "change"
  severity   = "warning"
  needs      = "plan"
  since      = "2027.1"
  why        = <<-MD
    What it watched keeps running and can fail as before, but from now on a customer is the first to notice. No other alarm watches
    the same metric of it.
  MD
  fix        = "Keep the alarm, or add one on the same metric; for a new name, a `moved` block."
  notice     = "The alarm's history ends with the apply; a dashboard of all alarms by resource shows the gap."
  prove      = "Drive the metric that it watched over its threshold, and see who hears of it now."
  references = ["AWS Well-Architected REL06-BP03", "AWS Well-Architected OPS08-BP04"]

  locals {
    metrics = metrics(self)
    staying = [for w in linked(self, "watches") : after(w) if after(w) != null]
    unwatched = [
      for w in local.staying : w
      if !anytrue([
        for a in referrers(w, "watches", "aws_cloudwatch_metric_alarm") :
        anytrue([for m in metrics(a) : contains(local.metrics, m)])
      ])
    ]
    silent = length(default(self.alarm_actions, [])) == 0 || self.actions_enabled == false
    # It moved capacity, and goes with the policy that it called.
    tells = (
      anytrue([for a in default(self.alarm_actions, []) : can(regex("^arn:[^:]*:sns:", a)) if length(refs(a)) == 0])
      || length(linked(self, "notifies", "aws_sns_topic")) > 0
    )
    policies = linked(self, "notifies", "aws_autoscaling_policy", "aws_appautoscaling_policy")
    scaling  = !local.tells && length(local.policies) > 0 && alltrue([for p in local.policies : after(p) == null])
  }

  for_each = destroyed("aws_cloudwatch_metric_alarm")
  unless   = local.silent || local.scaling
  when     = length(local.unwatched) > 0
  message  = "no alarm watches ${length(local.metrics) > 0 ? "`${local.metrics[0]}` of " : ""}`${local.unwatched[0]}` after this plan: it destroys `${self}`"

  label "stays, and is not watched any more" {
    at = local.unwatched
  }

  fails "the function stays, its alarm goes" {
    before {
      resource "aws_lambda_function" "checkout" {
        function_name = "checkout"
      }

      resource "aws_cloudwatch_metric_alarm" "errors" {
        alarm_name    = "checkout-errors"
        metric_name   = "Errors"
        alarm_actions = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
        dimensions    = { FunctionName = aws_lambda_function.checkout.function_name }
      }
    }

    resource "aws_lambda_function" "checkout" {
      function_name = "checkout"
    }
  }

  fails "only an alarm on another metric is left" {
    before {
      resource "aws_sqs_queue" "jobs" {
        name = "jobs"
      }

      resource "aws_cloudwatch_metric_alarm" "age" {
        alarm_name    = "jobs-age"
        metric_name   = "ApproximateAgeOfOldestMessage"
        alarm_actions = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
        dimensions    = { QueueName = aws_sqs_queue.jobs.name }
      }

      resource "aws_cloudwatch_metric_alarm" "sent" {
        alarm_name    = "jobs-sent"
        metric_name   = "NumberOfMessagesSent"
        alarm_actions = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
        dimensions    = { QueueName = aws_sqs_queue.jobs.name }
      }
    }

    resource "aws_sqs_queue" "jobs" {
      name = "jobs"
    }

    resource "aws_cloudwatch_metric_alarm" "sent" {
      alarm_name    = "jobs-sent"
      metric_name   = "NumberOfMessagesSent"
      alarm_actions = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
      dimensions    = { QueueName = aws_sqs_queue.jobs.name }
    }
  }

  passes "it got another name" {
    before {
      resource "aws_lambda_function" "checkout" {
        function_name = "checkout"
      }

      resource "aws_cloudwatch_metric_alarm" "errors" {
        alarm_name    = "checkout-errors"
        metric_name   = "Errors"
        alarm_actions = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
        dimensions    = { FunctionName = aws_lambda_function.checkout.function_name }
      }
    }

    resource "aws_lambda_function" "checkout" {
      function_name = "checkout"
    }

    resource "aws_cloudwatch_metric_alarm" "checkout_errors" {
      alarm_name    = "checkout-errors"
      metric_name   = "Errors"
      alarm_actions = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
      dimensions    = { FunctionName = aws_lambda_function.checkout.function_name }
    }
  }

  passes "what it watched goes too" {
    before {
      resource "aws_lambda_function" "checkout" {
        function_name = "checkout"
      }

      resource "aws_cloudwatch_metric_alarm" "errors" {
        alarm_name    = "checkout-errors"
        metric_name   = "Errors"
        alarm_actions = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
        dimensions    = { FunctionName = aws_lambda_function.checkout.function_name }
      }
    }
  }

  passes "it told nobody" {
    before {
      resource "aws_lambda_function" "checkout" {
        function_name = "checkout"
      }

      resource "aws_cloudwatch_metric_alarm" "errors" {
        alarm_name  = "checkout-errors"
        metric_name = "Errors"
        dimensions  = { FunctionName = aws_lambda_function.checkout.function_name }
      }
    }

    resource "aws_lambda_function" "checkout" {
      function_name = "checkout"
    }
  }

  passes "an alarm of a scaling policy goes with it" {
    before {
      resource "aws_autoscaling_group" "web" {
        name     = "web"
        min_size = 2
        max_size = 6
      }

      resource "aws_autoscaling_policy" "up" {
        name                   = "up"
        autoscaling_group_name = aws_autoscaling_group.web.name
      }

      resource "aws_cloudwatch_metric_alarm" "busy" {
        alarm_name    = "web-busy"
        metric_name   = "CPUUtilization"
        alarm_actions = [aws_autoscaling_policy.up.arn]
        dimensions    = { AutoScalingGroupName = aws_autoscaling_group.web.name }
      }
    }

    resource "aws_autoscaling_group" "web" {
      name     = "web"
      min_size = 2
      max_size = 6
    }
  }

  unknown "the metric that the other alarm watches is not known" {
    before {
      resource "aws_lambda_function" "checkout" {
        function_name = "checkout"
      }

      resource "aws_cloudwatch_metric_alarm" "errors" {
        alarm_name    = "checkout-errors"
        metric_name   = "Errors"
        alarm_actions = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
        dimensions    = { FunctionName = aws_lambda_function.checkout.function_name }
      }
    }

    variable "metric" { type = string }

    resource "aws_lambda_function" "checkout" {
      function_name = "checkout"
    }

    resource "aws_cloudwatch_metric_alarm" "checkout" {
      alarm_name    = "checkout"
      metric_name   = var.metric
      alarm_actions = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
      dimensions    = { FunctionName = aws_lambda_function.checkout.function_name }
    }
  }
}
