rule "log-bucket-never-expires" {
  summary     = "Bucket takes logs and never deletes one"
  principle   = "observability"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Access and flow logs are many small files, every day. Without a rule that ends them they are paid for every month, and searching
    the last week goes through years.
  MD
  fix         = "Add an `aws_s3_bucket_lifecycle_configuration` with an `expiration`."
  notice      = "`BucketSizeBytes` grows in a straight line."
  prove       = "Sort the objects by age: the first one is as old as the bucket."
  references = [
    "AWS Well-Architected OPS04-BP02",
    "Security Hub S3.13",
  ]

  locals {
    writers = referrers(self, "logs_to")
  }

  for_each = resources("aws_s3_bucket")
  unless   = length(default(self.lifecycle_rule, [])) > 0
  when     = length(local.writers) > 0 && length(referrers(self, "configures", "aws_s3_bucket_lifecycle_configuration")) == 0
  message  = "`${self}` keeps the logs of `${local.writers[0]}` forever"

  label "writes its log here" {
    at = local.writers
  }

  fails "access log of a load balancer" {
    resource "aws_s3_bucket" "logs" {
      bucket = "shop-access-logs"
    }

    resource "aws_lb" "api" {
      name               = "api"
      load_balancer_type = "application"

      access_logs {
        bucket  = aws_s3_bucket.logs.id
        enabled = true
      }
    }
  }

  passes "ends after a quarter" {
    resource "aws_s3_bucket" "logs" {
      bucket = "shop-access-logs"
    }

    resource "aws_s3_bucket_lifecycle_configuration" "logs" {
      bucket = aws_s3_bucket.logs.id

      rule {
        id     = "expire"
        status = "Enabled"

        expiration {
          days = 90
        }
      }
    }

    resource "aws_flow_log" "main" {
      vpc_id               = "vpc-0123456789abcdef0"
      traffic_type         = "ALL"
      log_destination_type = "s3"
      log_destination      = aws_s3_bucket.logs.arn
    }
  }

  passes "as the bucket itself says, before provider 4" {
    resource "aws_s3_bucket" "logs" {
      bucket = "shop-access-logs"

      lifecycle_rule {
        enabled = true

        expiration {
          days = 90
        }
      }
    }

    resource "aws_elb" "legacy" {
      name = "legacy"

      access_logs {
        bucket = aws_s3_bucket.logs.id
      }
    }
  }

  passes "no log comes here" {
    resource "aws_s3_bucket" "assets" {
      bucket = "shop-assets"
    }
  }

  unknown "whether there is a rule is given by the caller" {
    variable "expire" { type = bool }

    resource "aws_s3_bucket" "logs" {
      bucket = "shop-access-logs"
    }

    resource "aws_s3_bucket_lifecycle_configuration" "logs" {
      count  = var.expire ? 1 : 0
      bucket = aws_s3_bucket.logs.id

      rule {
        id     = "expire"
        status = "Enabled"

        expiration {
          days = 90
        }
      }
    }

    resource "aws_flow_log" "main" {
      vpc_id               = "vpc-0123456789abcdef0"
      traffic_type         = "ALL"
      log_destination_type = "s3"
      log_destination      = aws_s3_bucket.logs.arn
    }
  }
}
