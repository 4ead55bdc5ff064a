rule "s3-versions-expire-early" {
  summary   = "Bucket deletes older versions after only a few days"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Older versions are the backups of a bucket. Damage is often noticed after a weekend, and what the rule has deleted by then cannot be
    brought back.
  MD
  fix       = "Set `noncurrent_days` to 7 or more, or keep some versions of each object by `newer_noncurrent_versions`."
  notice    = "Older versions of an object are gone after a few days."
  prove     = "Overwrite a test object, wait for the rule, and try to get the old version back."
  references = [
    "AWS Well-Architected REL09-BP03",
    "AWS Config s3-version-lifecycle-policy-check",
  ]

  param "minimum_days" {
    default = 7
    doc     = "Fewest days that older versions must be kept."
  }

  locals {
    early = [
      for e in expirations(self) : e.noncurrent
      if e.whole && e.noncurrent != null && default(e.kept, 0) == 0 && default(e.noncurrent, param.minimum_days) < param.minimum_days
    ]
    passing = holds_copies_only(self)
  }

  for_each = resources("aws_s3_bucket")
  unless   = local.passing
  when     = keeps_versions(self) && length(local.early) > 0
  at       = "lifecycle_rule"
  message  = "older versions of what is in `${self}` are deleted after ${local.early[0]} days, fewer than ${param.minimum_days}"

  label "the rule" {
    at        = referrers(self, "configures", "aws_s3_bucket_lifecycle_configuration")
    attribute = "rule"
  }

  fails "after a day" {
    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
    }

    resource "aws_s3_bucket_versioning" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      versioning_configuration {
        status = "Enabled"
      }
    }

    resource "aws_s3_bucket_lifecycle_configuration" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      rule {
        id     = "old-versions"
        status = "Enabled"

        filter {}

        noncurrent_version_expiration {
          noncurrent_days = 1
        }
      }
    }
  }

  passes "after a month" {
    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
    }

    resource "aws_s3_bucket_versioning" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      versioning_configuration {
        status = "Enabled"
      }
    }

    resource "aws_s3_bucket_lifecycle_configuration" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      rule {
        id     = "old-versions"
        status = "Enabled"

        filter {}

        noncurrent_version_expiration {
          noncurrent_days = 30
        }
      }
    }
  }

  passes "the last versions stay" {
    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
    }

    resource "aws_s3_bucket_versioning" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      versioning_configuration {
        status = "Enabled"
      }
    }

    resource "aws_s3_bucket_lifecycle_configuration" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      rule {
        id     = "old-versions"
        status = "Enabled"

        filter {}

        noncurrent_version_expiration {
          noncurrent_days           = 1
          newer_noncurrent_versions = 5
        }
      }
    }
  }

  passes "logs" {
    resource "aws_s3_bucket" "logs" {
      bucket = "acme-logs"

      versioning {
        enabled = true
      }

      lifecycle_rule {
        enabled = true

        noncurrent_version_expiration {
          days = 1
        }
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "days" { type = number }

    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"

      versioning {
        enabled = true
      }

      lifecycle_rule {
        enabled = true

        noncurrent_version_expiration {
          days = var.days
        }
      }
    }
  }
}
