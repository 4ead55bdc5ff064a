rule "log-bucket-logs-into-itself" {
  summary     = "Bucket writes the log of its requests into itself"
  principle   = "observability"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Each log file that arrives is a request, and makes the next line. The bucket never rests, and what one looks for lies among logs
    about logs.
  MD
  fix         = "Name another bucket in `target_bucket`, one that keeps no access log."
  notice      = "`NumberOfObjects` grows without any traffic."
  prove       = "Put one object into a test bucket, and count the log objects a day later."
  references = [
    "AWS Well-Architected OPS04-BP02",
    "AWS S3 User Guide: Enabling Amazon S3 server access logging",
  ]

  locals {
    same = [
      for t in refs(self.target_bucket, "aws_s3_bucket") : t
      if length([for b in refs(self.bucket, "aws_s3_bucket") : b if b == t]) > 0
    ]
  }

  for_each = resources("aws_s3_bucket_logging")
  when     = length(local.same) > 0 || (length(refs(self.target_bucket)) == 0 && default(self.bucket, "") == default(self.target_bucket, "-"))
  at       = "target_bucket"
  message  = "`${self}` makes a bucket log its own log files"

  fails "by reference" {
    resource "aws_s3_bucket" "assets" {
      bucket = "shop-assets"
    }

    resource "aws_s3_bucket_logging" "assets" {
      bucket        = aws_s3_bucket.assets.id
      target_bucket = aws_s3_bucket.assets.bucket
      target_prefix = "logs/"
    }
  }

  fails "by name" {
    resource "aws_s3_bucket_logging" "assets" {
      bucket        = "shop-assets"
      target_bucket = "shop-assets"
      target_prefix = "logs/"
    }
  }

  passes "another bucket" {
    resource "aws_s3_bucket" "assets" {
      bucket = "shop-assets"
    }

    resource "aws_s3_bucket" "logs" {
      bucket = "shop-logs"
    }

    resource "aws_s3_bucket_logging" "assets" {
      bucket        = aws_s3_bucket.assets.id
      target_bucket = aws_s3_bucket.logs.id
      target_prefix = "assets/"
    }
  }

  unknown "given by the caller" {
    variable "log_bucket" { type = string }

    resource "aws_s3_bucket_logging" "assets" {
      bucket        = "shop-assets"
      target_bucket = var.log_bucket
      target_prefix = "assets/"
    }
  }
}
