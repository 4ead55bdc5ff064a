rule "s3-backups-expire-early" {
  summary   = "Bucket of backups deletes them after only a few days"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Damage to data is often noticed after a weekend. A dump that a lifecycle rule has deleted by then is none, and when the job that writes
    dumps stops, the bucket is empty within days.
  MD
  fix       = "Let backups expire after 7 days or more, the older ones in a cheaper storage class."
  notice    = "The oldest object of the bucket is a few days old."
  prove     = "Take a fault that was noticed after two weeks, and look for a backup from before it."
  references = [
    "AWS Well-Architected REL09-BP03",
  ]

  param "minimum_days" {
    default = 7
    doc     = "Fewest days that backups must be kept."
  }

  locals {
    backups = anytrue([
      for name in [address(self), default(self.bucket, self.bucket_prefix, "")] : can(regex("(?i)backup|dumps?([^a-z]|$)", name))
    ])
    early = [
      for e in expirations(self) : e.days
      if e.whole && e.days != null && default(e.days, param.minimum_days) < param.minimum_days
    ]
  }

  for_each = resources("aws_s3_bucket")
  unless   = !local.backups
  when     = local.backups && length(local.early) > 0
  at       = "lifecycle_rule"
  message  = "`${self}` deletes backups after ${local.early[0]} days, fewer than ${param.minimum_days}"

  label "the rule" {
    at        = referrers(self, "configures", "aws_s3_bucket_lifecycle_configuration")
    attribute = "rule"
  }

  fails "three days" {
    resource "aws_s3_bucket" "backups" {
      bucket = "acme-database-backups"
    }

    resource "aws_s3_bucket_lifecycle_configuration" "backups" {
      bucket = aws_s3_bucket.backups.id

      rule {
        id     = "expire"
        status = "Enabled"

        filter {}

        expiration {
          days = 3
        }
      }
    }
  }

  passes "a month" {
    resource "aws_s3_bucket" "backups" {
      bucket = "acme-database-backups"
    }

    resource "aws_s3_bucket_lifecycle_configuration" "backups" {
      bucket = aws_s3_bucket.backups.id

      rule {
        id     = "expire"
        status = "Enabled"

        filter {}

        expiration {
          days = 30
        }
      }
    }
  }

  passes "the rule is switched off" {
    resource "aws_s3_bucket" "backups" {
      bucket = "acme-database-backups"

      lifecycle_rule {
        enabled = false

        expiration {
          days = 3
        }
      }
    }
  }

  passes "no backups" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "acme-uploads"

      lifecycle_rule {
        enabled = true

        expiration {
          days = 1
        }
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "days" { type = number }

    resource "aws_s3_bucket" "backups" {
      bucket = "acme-database-backups"

      lifecycle_rule {
        enabled = true

        expiration {
          days = var.days
        }
      }
    }
  }
}
