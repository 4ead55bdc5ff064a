rule "s3-versions-kept-forever" {
  summary   = "Bucket keeps each version of each object for ever"
  principle = "recovery"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Each overwrite and each delete leaves a copy that is paid for and never seen. The bill grows until somebody switches versioning off, and with
    it the way back.
  MD
  fix       = "Add a lifecycle rule with `noncurrent_version_expiration`, 30 to 90 days as a start."
  notice    = "`BucketSizeBytes` grows although `NumberOfObjects` that are current does not."
  prove     = "Overwrite a test object a hundred times, and count its versions a month later."
  references = [
    "AWS Well-Architected SUS04-BP03",
    "AWS Config s3-version-lifecycle-policy-check",
    "Security Hub S3.10",
  ]

  locals {
    ends = anytrue([for e in expirations(self) : e.noncurrent != null])
    # Rules that move old versions to a cheaper class say that somebody thought of them.
    moved = anytrue(flatten([
      [
        for c in referrers(self, "configures", "aws_s3_bucket_lifecycle_configuration") :
        [for r in default(c.rule, []) : length(default(r.noncurrent_version_transition, [])) > 0]
      ],
      [for r in default(self.lifecycle_rule, []) : length(default(r.noncurrent_version_transition, [])) > 0],
    ]))
    # Objects are locked because they must stay.
    locked = (
      self.object_lock_enabled == true
      || length(default(self.object_lock_configuration, [])) > 0
      || length(referrers(self, "configures", "aws_s3_bucket_object_lock_configuration")) > 0
    )
    # A state is small, and its history is worth more than it costs.
    state = holds_state(self)
  }

  for_each = resources("aws_s3_bucket")
  unless   = local.moved || local.locked || local.state
  when     = keeps_versions(self) && !local.ends
  at       = "versioning"
  message  = "`${self}` keeps what is overwritten or deleted for ever"

  fails "no lifecycle" {
    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
    }

    resource "aws_s3_bucket_versioning" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      versioning_configuration {
        status = "Enabled"
      }
    }
  }

  fails "a lifecycle for other things" {
    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"

      versioning {
        enabled = true
      }
    }

    resource "aws_s3_bucket_lifecycle_configuration" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      rule {
        id     = "uploads"
        status = "Enabled"

        filter {}

        abort_incomplete_multipart_upload {
          days_after_initiation = 7
        }
      }
    }
  }

  passes "they expire" {
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
          noncurrent_days = 90
        }
      }
    }
  }

  passes "they move to a cheaper class" {
    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"

      versioning {
        enabled = true
      }

      lifecycle_rule {
        enabled = true

        noncurrent_version_transition {
          days          = 30
          storage_class = "GLACIER"
        }
      }
    }
  }

  passes "objects are locked" {
    resource "aws_s3_bucket" "ledger" {
      bucket              = "acme-ledger"
      object_lock_enabled = true
    }
  }

  passes "Terraform's state" {
    resource "aws_s3_bucket" "state" {
      bucket = "acme-terraform-state"

      versioning {
        enabled = true
      }
    }
  }

  passes "no versions" {
    resource "aws_s3_bucket" "logs" {
      bucket = "acme-logs"
    }
  }

  unknown "decided by a variable without default" {
    variable "versioning" { type = bool }

    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"

      versioning {
        enabled = var.versioning
      }
    }
  }
}
