rule "sqs-redrives-in-circle" {
  summary     = "Dead-letter queue gives its messages back to where they came from"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    A message that cannot be processed goes round for as long as it lives. It is never set aside, and each round costs a run of every consumer.
  MD
  fix         = "Let the last queue of the chain have no redrive policy, and an alarm instead."
  references  = ["AWS Well-Architected REL05-BP04", "Amazon SQS Developer Guide: Using dead-letter queues in Amazon SQS"]

  locals {
    back = [
      for q in concat([self], reachable(self, ["redrives_to"], "aws_sqs_queue")) : q
      if contains(linked(q, "redrives_to"), self)
    ]
  }

  # One finding for each circle, at the queue whose address comes first.
  for_each = resources("aws_sqs_queue")
  unless   = length([for q in reachable(self, ["redrives_to"], "aws_sqs_queue") : q if sort([address(q), address(self)])[0] != address(self)]) > 0
  when     = length(local.back) > 0
  at       = "redrive_policy"
  message  = "what `${self}` cannot process comes back to it"

  path = concat([self], reachable(self, ["redrives_to"], "aws_sqs_queue"))

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

  unknown "where it goes is given by the caller" {
    variable "redrive_policy" { type = string }

    resource "aws_sqs_queue" "orders" {
      name           = "orders"
      redrive_policy = var.redrive_policy
    }
  }
}
