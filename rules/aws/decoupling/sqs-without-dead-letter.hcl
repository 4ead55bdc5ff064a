rule "sqs-without-dead-letter" {
  summary      = "SQS queue has no dead-letter queue"
  principle    = "decoupling"
  severity     = "error"
  environment  = "any"
  since        = "2027.1"
  renamed_from = ["queue-without-dead-letter"]
  why          = <<-MD
    A message that cannot be processed comes back again and again, keeps a consumer busy, and vanishes when its
    retention ends. Nobody can look at it or send it again.
  MD
  fix          = "Give the queue a `redrive_policy` (or an `aws_sqs_queue_redrive_policy`) that names a dead-letter queue."
  notice       = "`ApproximateAgeOfOldestMessage` climbs to the retention while receives of the same message repeat."
  prove        = "Send a message that the consumer cannot handle, and see what it does to the others."
  references   = ["AWS Well-Architected REL05-BP04", "AWS Config sqs-queue-dlq-check"]

  locals {
    # It takes failures itself: named by a queue, function, target or subscription, or open to sources by its own policy.
    dead_letter = length(referrers(self, "redrives_to")) > 0 || local.allows
    allows      = !(self.redrive_allow_policy == null || self.redrive_allow_policy == "")
    split       = length(referrers(self, "refers", "aws_sqs_queue_redrive_policy")) > 0
    opened      = length([for p in referrers(self, "refers", "aws_sqs_queue_redrive_allow_policy") : p if contains(refs(p.queue_url), self)]) > 0
    # Whoever wants to know of the first message that waits has failures put there.
    watched = anytrue([for a in referrers(self, "watches", "aws_cloudwatch_metric_alarm") : a.metric_name == "ApproximateNumberOfMessagesVisible" && default(a.threshold, 1) < (a.comparison_operator == "GreaterThanOrEqualToThreshold" ? 2 : 1)])
  }

  for_each = resources("aws_sqs_queue")
  unless   = local.dead_letter || local.opened || local.watched
  when     = (self.redrive_policy == null || self.redrive_policy == "") && !local.split
  at       = "redrive_policy"
  message  = "messages that `${self}` cannot deliver are retried until they expire, then lost"

  label "reads from it" {
    at = referrers(self, "consumes")
  }

  fails "another queue says that it would take its failures" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "failed" {
      name = "orders-failed"
    }

    resource "aws_sqs_queue_redrive_allow_policy" "failed" {
      queue_url            = aws_sqs_queue.failed.id
      redrive_allow_policy = jsonencode({ redrivePermission = "byQueue", sourceQueueArns = [aws_sqs_queue.orders.arn] })
    }
  }

  fails "left out" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }

  fails "another queue has one" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "invoices" {
      name = "invoices"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.invoices_dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_sqs_queue" "invoices_dead" {
      name = "invoices-dead"
    }
  }

  fails "its policies are empty" {
    resource "aws_sqs_queue" "orders" {
      name                 = "orders"
      redrive_policy       = ""
      redrive_allow_policy = ""
    }
  }

  passes "a queue for failures, which an alarm watches" {
    resource "aws_sqs_queue" "failed" {
      name = "imports-failed"
    }

    resource "aws_cloudwatch_metric_alarm" "failed" {
      alarm_name          = "imports-failed"
      namespace           = "AWS/SQS"
      metric_name         = "ApproximateNumberOfMessagesVisible"
      comparison_operator = "GreaterThanThreshold"
      evaluation_periods  = 1
      period              = 300
      statistic           = "Maximum"
      threshold           = 0
      alarm_actions       = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
      dimensions          = { QueueName = aws_sqs_queue.failed.name }
    }
  }

  passes "redrive policy" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.orders_dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_sqs_queue" "orders_dead" {
      name = "orders-dead"
    }
  }

  passes "redrive policy as a resource of its own" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "orders_dead" {
      name = "orders-dead"
    }

    resource "aws_sqs_queue_redrive_policy" "orders" {
      queue_url = aws_sqs_queue.orders.id
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.orders_dead.arn
        maxReceiveCount     = 5
      })
    }
  }

  passes "dead-letter queue of a function" {
    resource "aws_sqs_queue" "failed" {
      name = "thumbnails-failed"
    }

    resource "aws_lambda_function" "thumbnails" {
      function_name = "thumbnails"

      dead_letter_config {
        target_arn = aws_sqs_queue.failed.arn
      }
    }
  }

  passes "dead-letter queue of an event target" {
    resource "aws_sqs_queue" "undelivered" {
      name = "undelivered"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"

      dead_letter_config {
        arn = aws_sqs_queue.undelivered.arn
      }
    }
  }

  passes "dead-letter queue of another, named by an ARN" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:orders-dead"
        maxReceiveCount     = 5
      })
    }

    resource "aws_sqs_queue" "orders_dead" {
      name = "orders-dead"
    }
  }

  passes "takes what a pipe cannot deliver" {
    resource "aws_sqs_queue" "rejects" {
      name = "rejects"
    }

    resource "aws_pipes_pipe" "orders" {
      name   = "orders"
      source = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
      target = "arn:aws:events:eu-west-1:111122223333:event-bus/shared"

      source_parameters {
        kinesis_stream_parameters {
          starting_position = "LATEST"

          dead_letter_config {
            arn = aws_sqs_queue.rejects.arn
          }
        }
      }
    }
  }

  passes "takes what a function of elsewhere fails at" {
    resource "aws_sqs_queue" "failed" {
      name = "failed"
    }

    resource "aws_lambda_function_event_invoke_config" "thumbnails" {
      function_name = "thumbnails"

      destination_config {
        on_failure {
          destination = aws_sqs_queue.failed.arn
        }
      }
    }
  }

  unknown "policy is given by the caller" {
    variable "redrive_policy" { type = string }

    resource "aws_sqs_queue" "orders" {
      name           = "orders"
      redrive_policy = var.redrive_policy
    }
  }
}
