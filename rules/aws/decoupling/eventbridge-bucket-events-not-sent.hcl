rule "eventbridge-bucket-events-not-sent" {
  summary     = "Rule waits for object events of a bucket that sends none to EventBridge"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A bucket tells EventBridge of its objects only where `eventbridge = true` is set in its notification. Without it the rule is
    valid and never matches.
  MD
  fix         = "Set `eventbridge = true` in the `aws_s3_bucket_notification` of the bucket."
  notice      = "`MatchedEvents` of the rule is 0 although objects are created."
  prove       = "Put an object into the bucket, and wait for the rule's target to run."
  references  = ["AWS Well-Architected REL04-BP02", "Amazon S3 User Guide: Enabling Amazon EventBridge"]

  locals {
    pattern = try(jsondecode(self.event_pattern), {})
    # Calls that a trail records come from S3 as well, and need no notification.
    about_objects = (
      contains(flatten([try(local.pattern.source, [])]), "aws.s3")
      && anytrue([for t in flatten([try(local.pattern["detail-type"], [])]) : can(regex("^Object ", t))])
    )
    buckets = concat(
      refs(self.event_pattern, "aws_s3_bucket"),
      [for b in resources("aws_s3_bucket") : b if default(b.bucket, "") != "" && contains([for n in flatten([try(local.pattern.detail.bucket.name, [])]) : n if length(refs(n)) == 0], b.bucket)],
    )
    silent = [
      for b in local.buckets : b
      if !anytrue([for n in referrers(b, "configures", "aws_s3_bucket_notification") : n.eventbridge == true])
    ]
  }

  for_each = resources("aws_cloudwatch_event_rule")
  unless   = length(local.buckets) == 0 || !local.about_objects
  when     = length(local.silent) > 0
  at       = "event_pattern"
  message  = "`${self}` never matches: `${local.silent[0]}` sends no events to EventBridge"

  label "sends none" {
    at = local.silent
  }

  fails "no notification at all" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_cloudwatch_event_rule" "uploaded" {
      name = "uploaded"
      event_pattern = jsonencode({
        source      = ["aws.s3"]
        detail-type = ["Object Created"]
        detail      = { bucket = { name = [aws_s3_bucket.uploads.id] } }
      })
    }
  }

  fails "the notification goes to a queue only" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_s3_bucket_notification" "uploads" {
      bucket = aws_s3_bucket.uploads.id

      queue {
        queue_arn = "arn:aws:sqs:eu-west-1:111122223333:uploads"
        events    = ["s3:ObjectRemoved:*"]
      }
    }

    resource "aws_cloudwatch_event_rule" "uploaded" {
      name = "uploaded"
      event_pattern = jsonencode({
        source      = ["aws.s3"]
        detail-type = ["Object Created"]
        detail      = { bucket = { name = [aws_s3_bucket.uploads.bucket] } }
      })
    }
  }

  fails "the bucket is written by its name" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "shop-uploads"
    }

    resource "aws_cloudwatch_event_rule" "uploaded" {
      name = "uploaded"
      event_pattern = jsonencode({
        source      = ["aws.s3"]
        detail-type = ["Object Created"]
        detail      = { bucket = { name = ["shop-uploads"] } }
      })
    }
  }

  passes "sent" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_s3_bucket_notification" "uploads" {
      bucket      = aws_s3_bucket.uploads.id
      eventbridge = true
    }

    resource "aws_cloudwatch_event_rule" "uploaded" {
      name = "uploaded"
      event_pattern = jsonencode({
        source      = ["aws.s3"]
        detail-type = ["Object Created"]
        detail      = { bucket = { name = [aws_s3_bucket.uploads.id] } }
      })
    }
  }

  passes "calls that a trail records" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_cloudwatch_event_rule" "changed" {
      name = "changed"
      event_pattern = jsonencode({
        source      = ["aws.s3"]
        detail-type = ["AWS API Call via CloudTrail"]
        detail      = { requestParameters = { bucketName = [aws_s3_bucket.uploads.id] } }
      })
    }
  }

  unknown "decided by the caller" {
    variable "events" { type = bool }

    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_s3_bucket_notification" "uploads" {
      bucket      = aws_s3_bucket.uploads.id
      eventbridge = var.events
    }

    resource "aws_cloudwatch_event_rule" "uploaded" {
      name = "uploaded"
      event_pattern = jsonencode({
        source      = ["aws.s3"]
        detail-type = ["Object Created"]
        detail      = { bucket = { name = [aws_s3_bucket.uploads.id] } }
      })
    }
  }
}
