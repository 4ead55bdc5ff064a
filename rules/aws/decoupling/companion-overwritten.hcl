rule "companion-overwritten" {
  summary     = "Two resources write the same setting of a queue, topic or bucket"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    A queue has one policy and a bucket one notification configuration. Of two resources that write it the last one to be applied wins, the other is
    overwritten without an error, and the next plan turns it round.
  MD
  fix         = "Put both into one resource: further statements in one policy, further blocks in one notification."
  references  = ["AWS Well-Architected REL08-BP05", "Terraform AWS provider: aws_s3_bucket_notification"]

  locals {
    companions = referrers(self, "configures", "exclusive_companion")
    twice      = [for c in local.companions : c if length([for d in local.companions : d if type(d) == type(c)]) > 1]
  }

  for_each = resources("companion_subject")
  when     = length(local.twice) > 0
  message  = "`${self}` has ${length(local.twice)} resources of type ${type(local.twice[0])}, which overwrite each other"

  label "overwrites the others" {
    at = local.twice
  }

  fails "two notifications" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_s3_bucket_notification" "thumbnails" {
      bucket = aws_s3_bucket.uploads.id

      lambda_function {
        lambda_function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:thumbnails"
        events              = ["s3:ObjectCreated:*"]
      }
    }

    resource "aws_s3_bucket_notification" "index" {
      bucket = aws_s3_bucket.uploads.id

      lambda_function {
        lambda_function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:index"
        events              = ["s3:ObjectRemoved:*"]
      }
    }
  }

  fails "a policy for each sender" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue_policy" "orders" {
      for_each  = toset(["sns", "events"])
      queue_url = aws_sqs_queue.orders.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect    = "Allow"
            Action    = "sqs:SendMessage"
            Resource  = aws_sqs_queue.orders.arn
            Principal = { Service = "${each.key}.amazonaws.com" }
          }
        ]
      })
    }
  }

  passes "one for each bucket" {
    resource "aws_s3_bucket" "data" {
      for_each = toset(["uploads", "reports"])
      bucket   = each.key
    }

    resource "aws_s3_bucket_versioning" "data" {
      for_each = aws_s3_bucket.data
      bucket   = each.value.id

      versioning_configuration {
        status = "Enabled"
      }
    }
  }

  passes "companions of different kinds" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_s3_bucket_versioning" "uploads" {
      bucket = aws_s3_bucket.uploads.id

      versioning_configuration {
        status = "Enabled"
      }
    }

    resource "aws_s3_bucket_public_access_block" "uploads" {
      bucket                  = aws_s3_bucket.uploads.id
      block_public_acls       = true
      block_public_policy     = true
      ignore_public_acls      = true
      restrict_public_buckets = true
    }
  }

  unknown "the second one is decided by the caller" {
    variable "index" { type = bool }

    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_s3_bucket_notification" "thumbnails" {
      bucket      = aws_s3_bucket.uploads.id
      eventbridge = true
    }

    resource "aws_s3_bucket_notification" "index" {
      count  = var.index ? 1 : 0
      bucket = aws_s3_bucket.uploads.id

      lambda_function {
        lambda_function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:index"
        events              = ["s3:ObjectRemoved:*"]
      }
    }
  }
}
