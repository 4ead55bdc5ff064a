rule "s3-without-versioning" {
  summary   = "Bucket keeps no older versions of its objects"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    S3 survives the loss of a zone, but not a faulty release or a wrong command: what they overwrite or delete is gone at once. Older versions are
    the only backup that a bucket has by itself.
  MD
  fix       = "Add an `aws_s3_bucket_versioning` with `status = \"Enabled\"`, and a lifecycle rule that expires old versions after some weeks."
  notice    = "Reads return what somebody overwrote by mistake, and no version is behind it."
  prove     = "Overwrite an object in a test bucket, and try to get the old one back."
  references = [
    "AWS Well-Architected REL09-BP01",
    "AWS Config s3-bucket-versioning-enabled",
    "Security Hub S3.14",
    "AWS Trusted Advisor Amazon S3 Bucket Versioning",
    "checkov CKV_AWS_21",
    "trivy AWS-0090, aws-s3-enable-versioning",
  ]

  locals {
    passing = holds_copies_only(self)
    # Worse: state-bucket-without-versioning, backup-bucket-without-versioning.
    elsewhere = holds_state(self) || in_backup_plan(self)
  }

  for_each = resources("aws_s3_bucket")
  unless   = local.passing || local.elsewhere
  when     = !keeps_versions(self)
  at       = "versioning"
  message  = "what is overwritten or deleted in `${self}` cannot be brought back"

  label "versioning is off here" {
    at = referrers(self, "configures", "aws_s3_bucket_versioning")
  }

  fails "no versioning" {
    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
    }
  }

  fails "suspended" {
    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
    }

    resource "aws_s3_bucket_versioning" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      versioning_configuration {
        status = "Suspended"
      }
    }
  }

  fails "some objects expire, others do not" {
    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
    }

    resource "aws_s3_bucket_lifecycle_configuration" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      rule {
        id     = "drafts"
        status = "Enabled"

        filter {
          prefix = "drafts/"
        }

        expiration {
          days = 30
        }
      }
    }
  }

  passes "a resource of its own" {
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

  passes "a block of the bucket, as before provider 4" {
    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"

      versioning {
        enabled = true
      }
    }
  }

  passes "the bucket is named, not referred to" {
    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
    }

    resource "aws_s3_bucket_versioning" "invoices" {
      bucket = "acme-invoices"

      versioning_configuration {
        status = "Enabled"
      }
    }
  }

  passes "one for each of several buckets" {
    resource "aws_s3_bucket" "documents" {
      for_each = toset(["invoices", "contracts"])
      bucket   = "acme-${each.key}"
    }

    resource "aws_s3_bucket_versioning" "documents" {
      for_each = aws_s3_bucket.documents
      bucket   = each.value.id

      versioning_configuration {
        status = "Enabled"
      }
    }
  }

  passes "logs, by the name" {
    resource "aws_s3_bucket" "access_logs" {
      bucket = "acme-access"
    }
  }

  passes "logs, by who writes them" {
    resource "aws_s3_bucket" "requests" {
      bucket = "acme-requests"
    }

    resource "aws_lb" "shop" {
      name = "shop"

      access_logs {
        bucket  = aws_s3_bucket.requests.id
        enabled = true
      }
    }
  }

  passes "a website, which is deployed again" {
    resource "aws_s3_bucket" "shop" {
      bucket = "acme-shop"
    }

    resource "aws_s3_bucket_website_configuration" "shop" {
      bucket = aws_s3_bucket.shop.id

      index_document {
        suffix = "index.html"
      }
    }
  }

  passes "everything expires" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "acme-uploads"
    }

    resource "aws_s3_bucket_lifecycle_configuration" "uploads" {
      bucket = aws_s3_bucket.uploads.id

      rule {
        id     = "all"
        status = "Enabled"

        filter {}

        expiration {
          days = 7
        }
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "versioning" { type = string }

    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
    }

    resource "aws_s3_bucket_versioning" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      versioning_configuration {
        status = var.versioning
      }
    }
  }

  unknown "the name may say that it holds logs" {
    variable "bucket_name" { type = string }

    resource "aws_s3_bucket" "this" {
      bucket = var.bucket_name
    }
  }
}
