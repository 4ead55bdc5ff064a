rule "sqs-gives-up-too-late" {
  summary     = "Queue tries a message that fails a hundred times and more"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A message that cannot be processed is tried until it expires, as if there were no dead-letter queue. It takes the place of others, and nobody learns
    of it.
  MD
  fix         = "Lower `maxReceiveCount`; 5 to 20 outlasts most short outages."
  notice      = "`ApproximateAgeOfOldestMessage` climbs while receives repeat for a few messages."
  prove       = "Send one bad message, and time how long it takes to reach the dead-letter queue."
  references  = ["AWS Well-Architected REL05-BP03", "Amazon SQS Developer Guide: Using dead-letter queues in Amazon SQS"]

  param "maximum_receives" {
    default = 100
    doc     = "Most receives before a message is set aside."
  }

  for_each = resources("aws_sqs_queue")
  when     = receives(self) != null && receives(self) > param.maximum_receives
  at       = "redrive_policy"
  message  = "`${self}` tries a message ${receives(self)} times before it is set aside"

  fails "a thousand" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:orders-dead"
        maxReceiveCount     = 1000
      })
    }
  }

  passes "ten" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:orders-dead"
        maxReceiveCount     = 10
      })
    }
  }

  passes "no redrive policy" {
    resource "aws_sqs_queue" "dead" {
      name = "orders-dead"
    }
  }

  unknown "given by the caller" {
    variable "receives" { type = number }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:orders-dead"
        maxReceiveCount     = var.receives
      })
    }
  }
}
