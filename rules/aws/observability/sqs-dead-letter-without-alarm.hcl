rule "sqs-dead-letter-without-alarm" {
  summary      = "Dead-letter queue has no alarm"
  principle    = "observability"
  severity     = "error"
  since        = "2027.1"
  renamed_from = ["dead-letter-queue-without-alarm"]
  why          = <<-MD
    Failed messages wait unseen until they expire. A dead-letter queue that nobody watches loses them only later.
  MD
  fix          = "Alarm on `ApproximateNumberOfMessagesVisible` greater than 0. `NumberOfMessagesSent` does not count what a redrive moves."
  notice       = "`ApproximateNumberOfMessagesVisible` of the dead-letter queue is above 0, and nobody knows."
  prove        = "Put one message into the dead-letter queue, and wait for a question about it."
  references   = ["AWS Well-Architected REL05-BP04", "AWS Well-Architected REL06-BP01"]

  locals {
    sources = referrers(self, "redrives_to")
    alarms = [
      for a in alarms(self) : a
      if anytrue([for m in metrics(a) : startswith(m, "ApproximateNumberOfMessages")])
    ]
    # A consumer handles the failures itself.
    consumers = referrers(self, "consumes")
  }

  # An alarm that is there and never has data is told by these.
  yields "nothing else watches it" {
    to    = ["alarm-dimension-holds-address", "alarm-dimension-missing", "alarm-in-region-without-metric", "alarm-metric-misspelt", "alarm-metric-of-other-service"]
    about = referrers(self, "refers", "aws_cloudwatch_metric_alarm")
    at    = self
  }

  for_each = resources("aws_sqs_queue")
  unless   = length(local.sources) == 0 || length(local.consumers) > 0
  when     = length(local.alarms) == 0
  message  = "nobody is told when messages arrive in `${self}`"

  label "its failures end here" {
    at = local.sources
  }

  fails "no alarm" {
    resource "aws_sqs_queue" "orders_dead" {
      name = "orders-dead"
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.orders_dead.arn
        maxReceiveCount     = 5
      })
    }
  }

  fails "an alarm on a metric that a redrive does not move" {
    resource "aws_sqs_queue" "failed" {
      name = "failed"
    }

    resource "aws_lambda_function" "thumbnails" {
      function_name = "thumbnails"

      dead_letter_config {
        target_arn = aws_sqs_queue.failed.arn
      }
    }

    resource "aws_cloudwatch_metric_alarm" "failed" {
      alarm_name  = "failed"
      namespace   = "AWS/SQS"
      metric_name = "NumberOfMessagesSent"
      threshold   = 0
      dimensions = {
        QueueName = aws_sqs_queue.failed.name
      }
    }
  }

  fails "an alarm with the address of the queue for its name" {
    resource "aws_sqs_queue" "failed" {
      name = "failed"
    }

    resource "aws_sqs_queue" "orders" {
      name           = "orders"
      redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 5 })
    }

    resource "aws_cloudwatch_metric_alarm" "failed" {
      alarm_name    = "failed"
      namespace     = "AWS/SQS"
      metric_name   = "ApproximateNumberOfMessagesVisible"
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:on-call"]
      dimensions = {
        QueueName = aws_sqs_queue.failed.url
      }
    }
  }

  fails "an alarm that only starts more consumers" {
    resource "aws_sqs_queue" "failed" {
      name = "failed"
    }

    resource "aws_sqs_queue" "orders" {
      name           = "orders"
      redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 5 })
    }

    resource "aws_appautoscaling_policy" "more" {
      name               = "more"
      service_namespace  = "ecs"
      resource_id        = "service/main/worker"
      scalable_dimension = "ecs:service:DesiredCount"
    }

    resource "aws_cloudwatch_metric_alarm" "failed" {
      alarm_name    = "failed"
      namespace     = "AWS/SQS"
      metric_name   = "ApproximateNumberOfMessagesVisible"
      alarm_actions = [aws_appautoscaling_policy.more.arn]
      dimensions = {
        QueueName = aws_sqs_queue.failed.name
      }
    }
  }

  passes "a query in SQL" {
    resource "aws_sqs_queue" "orders_dead" {
      name = "orders-dlq"
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.orders_dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_cloudwatch_metric_alarm" "dead" {
      alarm_name = "orders-dead"

      metric_query {
        id          = "dead"
        period      = 60
        return_data = true
        expression  = "SELECT MAX(ApproximateNumberOfMessagesVisible) FROM SCHEMA(\"AWS/SQS\", QueueName) WHERE QueueName = 'orders-dlq'"
      }
    }
  }

  fails "a query for what a redrive does not move" {
    resource "aws_sqs_queue" "orders_dead" {
      name = "orders-dlq"
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.orders_dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_cloudwatch_metric_alarm" "dead" {
      alarm_name = "orders-dead"

      metric_query {
        id          = "dead"
        period      = 60
        return_data = true
        expression  = "SELECT MAX(NumberOfMessagesSent) FROM SCHEMA(\"AWS/SQS\", QueueName) WHERE QueueName = 'orders-dlq'"
      }
    }
  }

  passes "alarm by reference" {
    resource "aws_sqs_queue" "orders_dead" {
      name = "orders-dead"
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.orders_dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_cloudwatch_metric_alarm" "dead" {
      alarm_name  = "orders-dead"
      namespace   = "AWS/SQS"
      metric_name = "ApproximateNumberOfMessagesVisible"
      threshold   = 0
      dimensions = {
        QueueName = aws_sqs_queue.orders_dead.name
      }
    }
  }

  passes "alarm by name, over an expression" {
    resource "aws_sqs_queue" "orders_dead" {
      name = "orders-dead"
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.orders_dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_cloudwatch_metric_alarm" "dead" {
      alarm_name = "orders-dead"
      threshold  = 0

      metric_query {
        id          = "growth"
        expression  = "DIFF(depth)"
        return_data = true
      }

      metric_query {
        id = "depth"

        metric {
          namespace   = "AWS/SQS"
          metric_name = "ApproximateNumberOfMessagesVisible"
          period      = 60
          stat        = "Maximum"
          dimensions = {
            QueueName = "orders-dead"
          }
        }
      }
    }
  }

  passes "not a dead-letter queue" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }

  passes "a function reads it" {
    resource "aws_sqs_queue" "orders_dead" {
      name = "orders-dead"
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.orders_dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_lambda_function" "inspect" {
      function_name = "inspect"
    }

    resource "aws_lambda_event_source_mapping" "dead" {
      event_source_arn = aws_sqs_queue.orders_dead.arn
      function_name    = aws_lambda_function.inspect.arn
    }
  }

  unknown "number of alarms is given by the caller" {
    variable "alarms" { type = bool }

    resource "aws_sqs_queue" "orders_dead" {
      name = "orders-dead"
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.orders_dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_cloudwatch_metric_alarm" "dead" {
      count       = var.alarms ? 1 : 0
      alarm_name  = "orders-dead"
      namespace   = "AWS/SQS"
      metric_name = "ApproximateNumberOfMessagesVisible"
      dimensions = {
        QueueName = aws_sqs_queue.orders_dead.name
      }
    }
  }
}
