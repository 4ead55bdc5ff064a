rule "s3-notifies-fifo" {
  summary     = "Bucket sends notifications to a FIFO queue or topic"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    S3 delivers notifications to standard queues and topics alone. It refuses the whole notification configuration, also the parts that are right.
  MD
  fix         = "Send to a standard queue, or turn on EventBridge for the bucket and let a rule send to the FIFO queue."
  notice      = "The apply fails with `InvalidArgument`."
  prove       = "Put the notification on a test bucket: S3 refuses FIFO destinations."
  references  = ["AWS Well-Architected REL04-BP02", "AWS CloudFormation: AWS::S3::Bucket QueueConfiguration"]

  locals {
    refused = concat(
      flatten([for q in default(self.queue, []) : [for target in refs(q.queue_arn, "aws_sqs_queue") : target if target.fifo_queue == true]]),
      flatten([for t in default(self.topic, []) : [for target in refs(t.topic_arn, "aws_sns_topic") : target if target.fifo_topic == true]]),
    )
  }

  for_each = resources("aws_s3_bucket_notification")
  when     = length(local.refused) > 0
  message  = "`${self}` sends to `${local.refused[0]}`, which is FIFO and is refused by S3"

  label "FIFO" {
    at = local.refused
  }

  fails "FIFO queue" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_sqs_queue" "uploads" {
      name       = "uploads.fifo"
      fifo_queue = true
    }

    resource "aws_s3_bucket_notification" "uploads" {
      bucket = aws_s3_bucket.uploads.id

      queue {
        queue_arn = aws_sqs_queue.uploads.arn
        events    = ["s3:ObjectCreated:*"]
      }
    }
  }

  passes "standard queue" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_sqs_queue" "uploads" {
      name = "uploads"
    }

    resource "aws_s3_bucket_notification" "uploads" {
      bucket = aws_s3_bucket.uploads.id

      queue {
        queue_arn = aws_sqs_queue.uploads.arn
        events    = ["s3:ObjectCreated:*"]
      }
    }
  }

  passes "EventBridge" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_s3_bucket_notification" "uploads" {
      bucket      = aws_s3_bucket.uploads.id
      eventbridge = true
    }
  }

  unknown "kind of the queue is given by the caller" {
    variable "fifo" { type = bool }

    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_sqs_queue" "uploads" {
      name       = "uploads"
      fifo_queue = var.fifo
    }

    resource "aws_s3_bucket_notification" "uploads" {
      bucket = aws_s3_bucket.uploads.id

      queue {
        queue_arn = aws_sqs_queue.uploads.arn
        events    = ["s3:ObjectCreated:*"]
      }
    }
  }
}
