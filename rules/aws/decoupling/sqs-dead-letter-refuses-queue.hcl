rule "sqs-dead-letter-refuses-queue" {
  summary     = "Dead-letter queue does not admit the queue that uses it"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  needs       = "configuration" # what a new queue allows, a plan alone calls unknown
  since       = "2027.1"
  why         = <<-MD
    A queue can say for which others it may be the dead-letter queue. One that denies all of them, or lists others only, takes no message
    of this queue, and what cannot be handled is not set aside.
  MD
  fix         = "Set `redrivePermission` to `byQueue` with the ARN of the queue, or to `allowAll`."
  notice      = "Messages with more receives than `maxReceiveCount` stay in the queue; the dead-letter queue is empty."
  prove       = "Receive one message more often than `maxReceiveCount` in a test account, and look where it is."
  references  = ["AWS Well-Architected REL05-BP04", "Amazon SQS API Reference: SetQueueAttributes, RedriveAllowPolicy"]

  locals {
    refusals = flatten([
      for d in flatten([
        refs(self.redrive_policy, "aws_sqs_queue"),
        [for p in referrers(self, "refers", "aws_sqs_queue_redrive_policy") : refs(p.redrive_policy, "aws_sqs_queue") if contains(refs(p.queue_url), self)],
        ]) : [
        for t in concat(
          [d.redrive_allow_policy],
          [for p in referrers(d, "refers", "aws_sqs_queue_redrive_allow_policy") : p.redrive_allow_policy if contains(refs(p.queue_url), d)],
        ) : d
        if default(t, "") != "" && (
          try(jsondecode(t).redrivePermission, null) == "denyAll"
          || try(jsondecode(t).redrivePermission, null) == "byQueue" && !anytrue([for arn in try(jsondecode(t).sourceQueueArns, []) : names(arn, self)])
        )
      ]
    ])
  }

  for_each = resources("aws_sqs_queue")
  when     = length(local.refusals) > 0
  at       = "redrive_policy"
  message  = "`${local.refusals[0]}` does not let `${self}` use it as its dead-letter queue"

  label "admits other queues or none" {
    at        = local.refusals
    attribute = "redrive_allow_policy"
  }

  fails "none is admitted" {
    resource "aws_sqs_queue" "failed" {
      name = "orders-failed"
    }

    resource "aws_sqs_queue" "orders" {
      name           = "orders"
      redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 4 })
    }

    resource "aws_sqs_queue_redrive_allow_policy" "failed" {
      queue_url            = aws_sqs_queue.failed.id
      redrive_allow_policy = jsonencode({ redrivePermission = "denyAll" })
    }
  }

  fails "another queue is admitted" {
    resource "aws_sqs_queue" "failed" {
      name = "orders-failed"
      redrive_allow_policy = jsonencode({
        redrivePermission = "byQueue"
        sourceQueueArns   = ["arn:aws:sqs:eu-west-1:111122223333:stock"]
      })
    }

    resource "aws_sqs_queue" "orders" {
      name           = "orders"
      redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 4 })
    }
  }

  passes "the queue is admitted" {
    resource "aws_sqs_queue" "failed" {
      name = "orders-failed"
    }

    resource "aws_sqs_queue" "orders" {
      name           = "orders"
      redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 4 })
    }

    resource "aws_sqs_queue_redrive_allow_policy" "failed" {
      queue_url            = aws_sqs_queue.failed.id
      redrive_allow_policy = jsonencode({ redrivePermission = "byQueue", sourceQueueArns = [aws_sqs_queue.orders.arn] })
    }
  }

  passes "the queue is admitted, by its name" {
    resource "aws_sqs_queue" "failed" {
      name = "orders-failed"
      redrive_allow_policy = jsonencode({
        redrivePermission = "byQueue"
        sourceQueueArns   = ["arn:aws:sqs:eu-west-1:111122223333:orders"]
      })
    }

    resource "aws_sqs_queue" "orders" {
      name           = "orders"
      redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 4 })
    }
  }

  passes "all are admitted" {
    resource "aws_sqs_queue" "failed" {
      name                 = "orders-failed"
      redrive_allow_policy = jsonencode({ redrivePermission = "allowAll" })
    }

    resource "aws_sqs_queue" "orders" {
      name           = "orders"
      redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 4 })
    }
  }

  passes "nothing is said" {
    resource "aws_sqs_queue" "failed" {
      name = "orders-failed"
    }

    resource "aws_sqs_queue" "orders" {
      name           = "orders"
      redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 4 })
    }
  }

  unknown "given by the caller" {
    variable "permission" { type = string }

    resource "aws_sqs_queue" "failed" {
      name                 = "orders-failed"
      redrive_allow_policy = jsonencode({ redrivePermission = var.permission })
    }

    resource "aws_sqs_queue" "orders" {
      name           = "orders"
      redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 4 })
    }
  }
}
