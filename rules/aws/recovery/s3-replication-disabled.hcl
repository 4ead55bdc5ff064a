rule "s3-replication-disabled" {
  summary   = "Bucket has rules that replicate it, all switched off"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    The configuration and the role look as if there was a second copy. Nothing is copied, and what is written meanwhile is not copied later
    either.
  MD
  fix       = "Set `status = \"Enabled\"` in the rule, or remove the configuration; copy what is missing by S3 Batch Replication."
  notice    = "`OperationsPendingReplication` has no data, and the second bucket gets nothing."
  prove     = "Put an object into the bucket, and look for it in the other one."
  references = [
    "AWS Well-Architected REL09-BP01",
    "AWS Config s3-bucket-replication-enabled",
    "AWS Trusted Advisor Amazon S3 Bucket Replication Not Enabled",
    "Security Hub S3.7",
  ]

  for_each = resources("aws_s3_bucket_replication_configuration")
  when     = length(default(self.rule, [])) > 0 && alltrue([for r in default(self.rule, []) : r.status == "Disabled"])
  at       = "rule"
  message  = "no rule of `${self}` is enabled: nothing is copied"

  edit "rule.status" {
    to = "Enabled"
  }

  fails "the only rule" {
    resource "aws_s3_bucket_replication_configuration" "invoices" {
      bucket = "acme-invoices"
      role   = "arn:aws:iam::111122223333:role/replication"

      rule {
        status = "Disabled"

        destination {
          bucket = "arn:aws:s3:::acme-invoices-copy"
        }
      }
    }
  }

  fails "every rule" {
    resource "aws_s3_bucket_replication_configuration" "invoices" {
      bucket = "acme-invoices"
      role   = "arn:aws:iam::111122223333:role/replication"

      rule {
        id     = "copy"
        status = "Disabled"

        destination {
          bucket = "arn:aws:s3:::acme-invoices-copy"
        }
      }

      rule {
        id     = "archive"
        status = "Disabled"

        destination {
          bucket = "arn:aws:s3:::acme-invoices-archive"
        }
      }
    }
  }

  passes "enabled" {
    resource "aws_s3_bucket_replication_configuration" "invoices" {
      bucket = "acme-invoices"
      role   = "arn:aws:iam::111122223333:role/replication"

      rule {
        status = "Enabled"

        destination {
          bucket = "arn:aws:s3:::acme-invoices-copy"
        }
      }
    }
  }

  passes "one of two, which is being set up" {
    resource "aws_s3_bucket_replication_configuration" "invoices" {
      bucket = "acme-invoices"
      role   = "arn:aws:iam::111122223333:role/replication"

      rule {
        id     = "copy"
        status = "Enabled"

        destination {
          bucket = "arn:aws:s3:::acme-invoices-copy"
        }
      }

      rule {
        id     = "archive"
        status = "Disabled"

        destination {
          bucket = "arn:aws:s3:::acme-invoices-archive"
        }
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "replication" { type = string }

    resource "aws_s3_bucket_replication_configuration" "invoices" {
      bucket = "acme-invoices"
      role   = "arn:aws:iam::111122223333:role/replication"

      rule {
        status = var.replication

        destination {
          bucket = "arn:aws:s3:::acme-invoices-copy"
        }
      }
    }
  }
}
