rule "lb-access-log-bucket-encrypted-by-key" {
  summary     = "Access log goes to a bucket that the load balancer cannot write to"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Application load balancers write to buckets with S3's own encryption only. Into a bucket that encrypts with a key of KMS not one
    line arrives, or the apply that switches the log on is refused.
  MD
  fix         = "Encrypt the bucket of the access logs with `AES256`, and keep logs that need a key of yours in another."
  notice      = "The bucket holds no log objects although `RequestCount` is above 0."
  prove       = "Send requests, and look in the bucket after ten minutes."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Elastic Load Balancing: Enable access logs for your Application Load Balancer",
    "aws/aws-cdk issue 21947",
  ]

  locals {
    buckets = refs(self.access_logs[0].bucket, "aws_s3_bucket")
    keyed = [
      for b in local.buckets : b
      if anytrue([
        for a in flatten(concat(
          [for r in default(b.server_side_encryption_configuration[0].rule, []) : default(r.apply_server_side_encryption_by_default, [])],
          [
            for c in referrers(b, "configures", "aws_s3_bucket_server_side_encryption_configuration") :
            [for r in default(c.rule, []) : default(r.apply_server_side_encryption_by_default, [])]
          ],
        )) : startswith(default(a.sse_algorithm, ""), "aws:kms")
      ])
    ]
  }

  for_each = resources("load_balancer")
  unless   = default(self.load_balancer_type, "application") != "application" || !logs_requests(self)
  when     = length(local.keyed) > 0
  at       = "access_logs"
  message  = "the access log of `${self}` does not arrive: `${local.keyed[0]}` encrypts with a key of KMS"

  label "encrypts with a key" {
    at = flatten([for b in local.keyed : referrers(b, "configures", "aws_s3_bucket_server_side_encryption_configuration")])
  }

  fails "key of KMS" {
    resource "aws_s3_bucket" "logs" {
      bucket = "shop-access-logs"
    }

    resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
      bucket = aws_s3_bucket.logs.id

      rule {
        apply_server_side_encryption_by_default {
          sse_algorithm     = "aws:kms"
          kms_master_key_id = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d"
        }
      }
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

  fails "as the bucket itself says, before provider 4" {
    resource "aws_s3_bucket" "logs" {
      bucket = "shop-access-logs"

      server_side_encryption_configuration {
        rule {
          apply_server_side_encryption_by_default {
            sse_algorithm = "aws:kms"
          }
        }
      }
    }

    resource "aws_lb" "api" {
      name               = "api"
      load_balancer_type = "application"

      access_logs {
        bucket  = aws_s3_bucket.logs.bucket
        enabled = true
      }
    }
  }

  passes "encryption of S3" {
    resource "aws_s3_bucket" "logs" {
      bucket = "shop-access-logs"
    }

    resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
      bucket = aws_s3_bucket.logs.id

      rule {
        apply_server_side_encryption_by_default {
          sse_algorithm = "AES256"
        }
      }
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

  passes "network load balancers can" {
    resource "aws_s3_bucket" "logs" {
      bucket = "mqtt-access-logs"
    }

    resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
      bucket = aws_s3_bucket.logs.id

      rule {
        apply_server_side_encryption_by_default {
          sse_algorithm = "aws:kms"
        }
      }
    }

    resource "aws_lb" "mqtt" {
      name               = "mqtt"
      load_balancer_type = "network"

      access_logs {
        bucket  = aws_s3_bucket.logs.id
        enabled = true
      }
    }
  }

  passes "bucket of elsewhere" {
    resource "aws_lb" "api" {
      name               = "api"
      load_balancer_type = "application"

      access_logs {
        bucket  = "shop-access-logs"
        enabled = true
      }
    }
  }

  unknown "algorithm is given by the caller" {
    variable "sse_algorithm" { type = string }

    resource "aws_s3_bucket" "logs" {
      bucket = "shop-access-logs"
    }

    resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
      bucket = aws_s3_bucket.logs.id

      rule {
        apply_server_side_encryption_by_default {
          sse_algorithm = var.sse_algorithm
        }
      }
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
}
