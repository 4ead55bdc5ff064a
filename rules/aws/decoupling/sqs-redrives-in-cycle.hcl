rule "sqs-redrives-in-cycle" {
  summary     = "Dead-letter queue gives its messages back to where they came from"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A message that cannot be processed goes round for as long as it lives. It is never set aside, and each round costs a run of every consumer.
  MD
  fix         = "Let the last queue of the chain have no redrive policy, and an alarm instead."
  notice      = "`ApproximateReceiveCount` of messages grows without end, and neither queue empties."
  prove       = "Send one message that always fails, and watch it move between the queues."
  references  = ["AWS Well-Architected REL05-BP04", "Amazon SQS Developer Guide: Using dead-letter queues in Amazon SQS"]

  locals {
    # The others on the way back, over at most three queues. Where it leads to may stand in another state, so whoever leads here is asked.
    others = distinct(flatten([
      for q in referrers(self, "redrives_to", "aws_sqs_queue") : [
        contains(referrers(q, "redrives_to"), self) ? [q] : [],
        [for r in referrers(q, "redrives_to", "aws_sqs_queue") : [r, q] if contains(referrers(r, "redrives_to"), self)],
      ]
    ]))
  }

  # One finding for each cycle, at the queue whose address comes first.
  for_each = resources("aws_sqs_queue")
  unless   = anytrue([for q in local.others : sort([address(q), address(self)])[0] != address(self)])
  when     = length(local.others) > 0
  at       = "redrive_policy"
  message  = "what `${self}` cannot process comes back to it"

  path = concat([self], local.others)

  fails "by way of another" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.retry.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_sqs_queue" "retry" {
      name = "orders-retry"
    }

    resource "aws_sqs_queue_redrive_policy" "retry" {
      queue_url = aws_sqs_queue.retry.id
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.orders.arn
        maxReceiveCount     = 5
      })
    }
  }

  passes "a chain that ends" {
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

  passes "one dead-letter queue for two" {
    resource "aws_sqs_queue" "dead" {
      name = "dead"
    }

    resource "aws_sqs_queue" "work" {
      for_each       = toset(["orders", "bills"])
      name           = each.key
      redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 5 })
    }
  }

  unknown "where it goes is given by the caller" {
    variable "redrive_policy" { type = string }

    resource "aws_sqs_queue" "orders" {
      name           = "orders"
      redrive_policy = var.redrive_policy
    }
  }
}
