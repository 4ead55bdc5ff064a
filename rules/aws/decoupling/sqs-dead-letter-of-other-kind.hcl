rule "sqs-dead-letter-of-other-kind" {
  summary     = "Queue and dead-letter queue are of different kinds"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A FIFO queue can only give its messages to a FIFO queue, and a standard queue to a standard queue. SQS refuses the redrive policy in the middle of
    an apply, and the queue is left without one.
  MD
  fix         = "Make both queues FIFO, or neither."
  notice      = "The apply fails, so failing messages go round until they expire."
  prove       = "Set the redrive policy in a test account: SQS refuses a queue of another kind."
  references  = ["AWS Well-Architected REL05-BP04", "Amazon SQS Developer Guide: Configure a dead-letter queue"]

  locals {
    # Asked of the dead-letter queue: another one may stand in another state.
    others = [
      for q in referrers(self, "redrives_to", "aws_sqs_queue") : q
      if default(q.fifo_queue, false) != default(self.fifo_queue, false)
    ]
  }

  for_each = resources("aws_sqs_queue")
  when     = length(local.others) > 0
  at       = "fifo_queue"
  message  = "`${self}` is ${default(self.fifo_queue, false) ? "a FIFO" : "a standard"} queue, and `${local.others[0]}`, whose failures should come here, is not"

  label "of the other kind" {
    at        = local.others
    attribute = "fifo_queue"
  }

  fails "FIFO to standard" {
    resource "aws_sqs_queue" "orders" {
      name       = "orders.fifo"
      fifo_queue = true
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_sqs_queue" "dead" {
      name = "orders-dead"
    }
  }

  passes "both FIFO" {
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

  passes "both standard" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_sqs_queue" "dead" {
      name       = "orders-dead"
      fifo_queue = false
    }
  }

  unknown "given by the caller" {
    variable "fifo" { type = bool }

    resource "aws_sqs_queue" "orders" {
      name       = "orders.fifo"
      fifo_queue = true
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_sqs_queue" "dead" {
      name       = "orders-dead"
      fifo_queue = var.fifo
    }
  }
}
