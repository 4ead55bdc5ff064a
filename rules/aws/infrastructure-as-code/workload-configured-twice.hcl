rule "workload-configured-twice" {
  summary     = "Two resources own one setting and overwrite each other"
  principle   = "infrastructure-as-code"
  severity    = "error"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    A bucket has one set of notifications, a queue one policy. Each apply writes what one of the resources says and removes what the other says, so
    that a function is not started or a sender is refused until the next apply turns it round.
  MD
  fix         = "Put both into one resource: several blocks of one `aws_s3_bucket_notification`, several statements of one policy."
  references = [
    "Terraform AWS provider: aws_s3_bucket_notification (one configuration for each bucket)",
    "AWS Well-Architected REL08-BP05",
  ]

  locals {
    subject = linked(self, "configures")
    twins   = flatten([for s in local.subject : referrers(s, "configures", type(self))])
    others  = [for t in local.twins : t if t != self]
    # Both are at fault, and one finding is enough.
    second = length(local.twins) > 1 && local.twins[0] != self
  }

  for_each = resources("sole_companion")
  when     = length(local.others) > 0 && local.second
  at       = "bucket"
  message  = "`${self}` and `${local.others[0]}` overwrite each other at each apply"

  label "the other one" {
    at = local.others
  }

  label "has one setting of this kind" {
    at = local.subject
  }

  fails "two notifications of one bucket" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "acme-uploads"
    }

    resource "aws_s3_bucket_notification" "images" {
      bucket = aws_s3_bucket.uploads.id

      lambda_function {
        lambda_function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:thumbnails"
        events              = ["s3:ObjectCreated:*"]
        filter_suffix       = ".png"
      }
    }

    resource "aws_s3_bucket_notification" "invoices" {
      bucket = aws_s3_bucket.uploads.id

      queue {
        queue_arn     = "arn:aws:sqs:eu-west-1:111122223333:invoices"
        events        = ["s3:ObjectCreated:*"]
        filter_suffix = ".pdf"
      }
    }
  }

  passes "one resource with two blocks" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "acme-uploads"
    }

    resource "aws_s3_bucket_notification" "uploads" {
      bucket = aws_s3_bucket.uploads.id

      lambda_function {
        lambda_function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:thumbnails"
        events              = ["s3:ObjectCreated:*"]
        filter_suffix       = ".png"
      }

      queue {
        queue_arn     = "arn:aws:sqs:eu-west-1:111122223333:invoices"
        events        = ["s3:ObjectCreated:*"]
        filter_suffix = ".pdf"
      }
    }
  }

  passes "one for each of two queues" {
    resource "aws_sqs_queue" "jobs" {
      for_each = toset(["orders", "invoices"])
      name     = each.key
    }

    resource "aws_sqs_queue_policy" "jobs" {
      for_each  = aws_sqs_queue.jobs
      queue_url = each.value.id
      policy    = "{}"
    }
  }

  passes "either the one or the other" {
    variable "strict" {
      type    = bool
      default = true
    }

    resource "aws_s3_bucket" "uploads" {
      bucket = "acme-uploads"
    }

    resource "aws_s3_bucket_policy" "strict" {
      count  = var.strict ? 1 : 0
      bucket = aws_s3_bucket.uploads.id
      policy = "{}"
    }

    resource "aws_s3_bucket_policy" "loose" {
      count  = var.strict ? 0 : 1
      bucket = aws_s3_bucket.uploads.id
      policy = "{}"
    }
  }

  unknown "which bucket is given by the caller" {
    variable "bucket" { type = string }

    resource "aws_s3_bucket" "uploads" {
      bucket = "acme-uploads"
    }

    resource "aws_s3_bucket_policy" "uploads" {
      bucket = aws_s3_bucket.uploads.id
      policy = "{}"
    }

    resource "aws_s3_bucket_policy" "other" {
      bucket = var.bucket
      policy = "{}"
    }
  }
}
