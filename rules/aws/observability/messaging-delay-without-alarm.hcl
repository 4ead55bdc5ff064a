rule "messaging-delay-without-alarm" {
  summary    = "Queue or stream whose consumer may fall behind unseen"
  principle  = "observability"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    A consumer that hangs or is too slow raises no error. Messages grow older until they expire, and only their age tells.
  MD
  fix        = "Alarm on `ApproximateAgeOfOldestMessage` of a queue, `GetRecords.IteratorAgeMilliseconds` of a stream, `IteratorAge` of the function that reads it."
  notice     = "`ApproximateAgeOfOldestMessage` or `GetRecords.IteratorAgeMilliseconds` climbs unseen."
  prove      = "Stop the consumer for half an hour in a test, and wait for a message."
  references = ["AWS Well-Architected REL06-BP01", "AWS Well-Architected REL05-BP04", "AWS Config cloudwatch-alarm-resource-check"]

  locals {
    consumers = referrers(self, "consumes")
    # The function that reads a stream measures how far it is behind.
    of_readers = flatten([
      for c in local.consumers : [
        for a in default(alarms(c), []) : a
        if anytrue([for m in metrics(a) : contains(["IteratorAge", "OffsetLag"], m)])
      ]
    ])
    alarms = concat(default(told(self).delay, []), local.of_readers)
  }

  # An alarm that is there and never has data is told by these.
  yields "nothing else watches it" {
    to    = ["alarm-dimension-holds-address", "alarm-dimension-missing", "alarm-in-region-without-metric", "alarm-metric-misspelt", "alarm-metric-of-other-service"]
    about = referrers(self, "refers", "aws_cloudwatch_metric_alarm")
    at    = self
  }

  for_each = resources("aws_sqs_queue", "aws_kinesis_stream")
  unless   = is_watched_elsewhere(self) || length(referrers(self, "redrives_to")) > 0
  when     = length(local.consumers) > 0 && length(local.alarms) == 0
  message  = "nobody is told when the consumers of `${self}` fall behind: no alarm on ${telling(self).delay[0]}"

  label "may fall behind" {
    at = local.consumers
  }

  fails "queue" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  fails "queue of a container, which its role lets receive" {
    resource "aws_sqs_queue" "mail" {
      name = "mail"
    }

    resource "aws_iam_role" "mailer" {
      name               = "mailer"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "mailer" {
      role = aws_iam_role.mailer.id

      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
          Resource = aws_sqs_queue.mail.arn
        }]
      })
    }

    resource "aws_ecs_task_definition" "mailer" {
      family                = "mailer"
      task_role_arn         = aws_iam_role.mailer.arn
      container_definitions = "[]"
    }

    resource "aws_ecs_service" "mailer" {
      name            = "mailer"
      task_definition = aws_ecs_task_definition.mailer.arn
      desired_count   = 2
    }
  }

  fails "stream, and an alarm on the errors of its reader" {
    resource "aws_kinesis_stream" "positions" {
      name        = "positions"
      shard_count = 2
    }

    resource "aws_lambda_function" "track" {
      function_name = "track"
    }

    resource "aws_lambda_event_source_mapping" "positions" {
      event_source_arn  = aws_kinesis_stream.positions.arn
      function_name     = aws_lambda_function.track.arn
      starting_position = "LATEST"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name    = "track-errors"
      namespace     = "AWS/Lambda"
      metric_name   = "Errors"
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
      dimensions = {
        FunctionName = aws_lambda_function.track.function_name
      }
    }
  }

  passes "queue that a container may only send to" {
    resource "aws_sqs_queue" "mail" {
      name = "mail"
    }

    resource "aws_iam_role" "shop" {
      name               = "shop"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "shop" {
      role = aws_iam_role.shop.id

      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = "sqs:SendMessage"
          Resource = aws_sqs_queue.mail.arn
        }]
      })
    }

    resource "aws_ecs_task_definition" "shop" {
      family                = "shop"
      task_role_arn         = aws_iam_role.shop.arn
      container_definitions = "[]"
    }

    resource "aws_ecs_service" "shop" {
      name            = "shop"
      task_definition = aws_ecs_task_definition.shop.arn
      desired_count   = 2
    }
  }

  passes "age of the oldest message" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }

    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name    = "orders-age"
      namespace     = "AWS/SQS"
      metric_name   = "ApproximateAgeOfOldestMessage"
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
      dimensions = {
        QueueName = aws_sqs_queue.orders.name
      }
    }
  }

  passes "the reader of the stream measures it" {
    resource "aws_kinesis_stream" "positions" {
      name        = "positions"
      shard_count = 2
    }

    resource "aws_lambda_function" "track" {
      function_name = "track"
    }

    resource "aws_lambda_event_source_mapping" "positions" {
      event_source_arn  = aws_kinesis_stream.positions.arn
      function_name     = aws_lambda_function.track.arn
      starting_position = "LATEST"
    }

    resource "aws_cloudwatch_metric_alarm" "behind" {
      alarm_name    = "track-behind"
      namespace     = "AWS/Lambda"
      metric_name   = "IteratorAge"
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
      dimensions = {
        FunctionName = aws_lambda_function.track.function_name
      }
    }
  }

  passes "who reads it is not seen here" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }

  unknown "alarms are given by the caller" {
    variable "alarms" { type = map(number) }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }

    resource "aws_cloudwatch_metric_alarm" "orders" {
      for_each      = var.alarms
      alarm_name    = "orders-${each.key}"
      namespace     = "AWS/SQS"
      metric_name   = each.key
      threshold     = each.value
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
      dimensions = {
        QueueName = aws_sqs_queue.orders.name
      }
    }
  }
}
