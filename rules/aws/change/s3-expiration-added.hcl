rule "s3-expiration-added" {
  summary   = "Plan lets objects of a bucket expire that stayed before"
  principle = "change"
  severity  = "warning"
  needs     = "plan"
  since     = "2027.1"
  why       = <<-MD
    A lifecycle rule counts from when an object was made, not from when the rule was. Everything that is older is deleted within days after the apply,
    and without older versions it is gone.
  MD
  fix       = "Switch versioning on before the rule, narrow the rule by a prefix, or begin with an age that no object has yet."
  notice    = "`NumberOfObjects` and `BucketSizeBytes` fall a day after the apply."
  prove     = "Add the rule to a test bucket with the same prefixes, and list what it deletes in two days."
  references = [
    "Amazon S3 User Guide: Lifecycle configuration elements (expiration)",
    "AWS Well-Architected REL09-BP01",
  ]

  locals {
    buckets = [for b in linked(self, "configures", "aws_s3_bucket") : b if action(b) != "create" && action(b) != "replace"]
    was = [
      for r in default(before(self).rule, []) : { id = r.id, days = r.expiration[0].days } if r.status == "Enabled" && r.expiration[0].days != null
    ]
    sooner = [
      for r in default(self.rule, []) : { id = r.id, days = r.expiration[0].days }
      if r.status == "Enabled" && default(r.expiration[0].days, 0) > 0
      && !anytrue([for w in local.was : w.id == r.id && w.days <= r.expiration[0].days])
    ]
    lasting = [
      for b in local.buckets : b
      if !keeps_versions(b) && !has_passing_name(b) && length(referrers(b, "logs_to")) == 0 && length(referrers(b, "refers", "report_writer")) == 0
    ]
  }

  for_each = resources("aws_s3_bucket_lifecycle_configuration")
  when     = length(local.sooner) > 0 && length(local.lasting) > 0
  at       = "rule"
  message  = "the rule `${local.sooner[0].id}` deletes what is older than ${local.sooner[0].days} days in `${local.lasting[0]}`, for good"

  label "keeps no versions" {
    at = local.lasting
  }

  fails "a new rule" {
    before {
      resource "aws_s3_bucket" "invoices" {
        bucket = "acme-invoices"
      }
    }

    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
    }

    resource "aws_s3_bucket_lifecycle_configuration" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      rule {
        id     = "old"
        status = "Enabled"

        expiration {
          days = 365
        }
      }
    }
  }

  fails "a shorter time" {
    before {
      resource "aws_s3_bucket" "invoices" {
        bucket = "acme-invoices"
      }

      resource "aws_s3_bucket_lifecycle_configuration" "invoices" {
        bucket = aws_s3_bucket.invoices.id

        rule {
          id     = "old"
          status = "Enabled"

          expiration {
            days = 3650
          }
        }
      }
    }

    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
    }

    resource "aws_s3_bucket_lifecycle_configuration" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      rule {
        id     = "old"
        status = "Enabled"

        expiration {
          days = 30
        }
      }
    }
  }

  passes "older versions stay" {
    before {
      resource "aws_s3_bucket" "invoices" {
        bucket = "acme-invoices"

        versioning {
          enabled = true
        }
      }
    }

    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"

      versioning {
        enabled = true
      }
    }

    resource "aws_s3_bucket_lifecycle_configuration" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      rule {
        id     = "old"
        status = "Enabled"

        expiration {
          days = 365
        }
      }
    }
  }

  passes "logs" {
    before {
      resource "aws_s3_bucket" "logs" {
        bucket = "acme-logs"
      }
    }

    resource "aws_s3_bucket" "logs" {
      bucket = "acme-logs"
    }

    resource "aws_s3_bucket_lifecycle_configuration" "logs" {
      bucket = aws_s3_bucket.logs.id

      rule {
        id     = "old"
        status = "Enabled"

        expiration {
          days = 90
        }
      }
    }
  }

  passes "a new bucket" {
    before {}

    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
    }

    resource "aws_s3_bucket_lifecycle_configuration" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      rule {
        id     = "old"
        status = "Enabled"

        expiration {
          days = 365
        }
      }
    }
  }

  unknown "decided by a variable without default" {
    before {
      resource "aws_s3_bucket" "invoices" {
        bucket = "acme-invoices"
      }
    }

    variable "expire" { type = string }

    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
    }

    resource "aws_s3_bucket_lifecycle_configuration" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      rule {
        id     = "old"
        status = var.expire

        expiration {
          days = 365
        }
      }
    }
  }
}
