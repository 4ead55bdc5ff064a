rule "sqs-dead-letter-expires-early" {
  summary     = "Dead-letter queue forgets messages before their source would"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A message keeps its age when it moves to the dead-letter queue. After a backlog it arrives there with little of its time left, and is deleted
    before somebody looks at it.
  MD
  fix         = "Set `message_retention_seconds = 1209600` (14 days) on the dead-letter queue."
  notice      = "Messages vanish from the dead-letter queue before anybody looks: `ApproximateNumberOfMessagesVisible` falls without deletes."
  prove       = "Let a message fail that has waited for long, and see how much time it has left in the dead-letter queue."
  references = [
    "AWS Well-Architected REL05-BP04",
    "Amazon SQS Developer Guide: Setting-up dead-letter queue retention",
  ]

  locals {
    kept = default(self.message_retention_seconds, 345600)
    # Whoever leaves both at the default has four days from the sending on.
    sources = [
      for q in referrers(self, "redrives_to", "aws_sqs_queue") : q
      if q.fifo_queue != true && (
        local.kept < default(q.message_retention_seconds, 345600)
        || (local.kept == default(q.message_retention_seconds, 345600) && local.kept < 345600)
      )
    ]
  }

  # Asked of the dead-letter queue, which may stand in another state. In a FIFO queue the age begins anew with the move.
  for_each = resources("aws_sqs_queue")
  when     = length(local.sources) > 0
  at       = "message_retention_seconds"
  message  = "`${self}` deletes a message ${local.kept} s after it was sent to `${local.sources[0]}`, where it may have spent most of that time"

  edit "message_retention_seconds" {
    to = 1209600
  }

  label "keeps messages as long, or longer" {
    at        = local.sources
    attribute = "message_retention_seconds"
  }

  fails "both for a day" {
    resource "aws_sqs_queue" "orders" {
      name                      = "orders"
      message_retention_seconds = 86400
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_sqs_queue" "dead" {
      name                      = "orders-dead"
      message_retention_seconds = 86400
    }
  }

  fails "a policy of its own" {
    resource "aws_sqs_queue" "orders" {
      name                      = "orders"
      message_retention_seconds = 1209600
    }

    resource "aws_sqs_queue" "dead" {
      name                      = "orders-dead"
      message_retention_seconds = 604800
    }

    resource "aws_sqs_queue_redrive_policy" "orders" {
      queue_url = aws_sqs_queue.orders.id
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.dead.arn
        maxReceiveCount     = 5
      })
    }
  }

  passes "fourteen days" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_sqs_queue" "dead" {
      name                      = "orders-dead"
      message_retention_seconds = 1209600
    }
  }

  passes "both at the default of four days" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_sqs_queue" "dead" {
      name = "orders-dead"
    }
  }

  passes "both at the maximum" {
    resource "aws_sqs_queue" "orders" {
      name                      = "orders"
      message_retention_seconds = 1209600
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_sqs_queue" "dead" {
      name                      = "orders-dead"
      message_retention_seconds = 1209600
    }
  }

  passes "FIFO, where the age begins anew" {
    resource "aws_sqs_queue" "orders" {
      name       = "orders.fifo"
      fifo_queue = true
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_sqs_queue" "dead" {
      name       = "orders-dead.fifo"
      fifo_queue = true
    }
  }

  unknown "given by the caller" {
    variable "retention" { type = number }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_sqs_queue" "dead" {
      name                      = "orders-dead"
      message_retention_seconds = var.retention
    }
  }
}
