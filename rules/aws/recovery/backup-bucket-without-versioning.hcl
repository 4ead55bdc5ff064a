rule "backup-bucket-without-versioning" {
  summary     = "Backup plan covers a bucket that has no versioning"
  principle   = "recovery"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    AWS Backup can only copy buckets with versioning. The jobs for this bucket fail each night, and the plan looks as if it protected it.
  MD
  fix         = "Add an `aws_s3_bucket_versioning` with `status = \"Enabled\"`, or leave the bucket out by `not_resources`."
  notice      = "`NumberOfBackupJobsFailed` rises for the bucket."
  prove       = "Start a backup of a bucket without versioning in a test account: it fails."
  references = [
    "AWS Backup Developer Guide: Amazon S3 backups (backups and versioning)",
    "AWS Well-Architected REL09-BP03",
  ]

  locals {
    # A pattern over everything takes buckets of logs as well, which nobody minds.
    passing = holds_copies_only(self)
  }

  for_each = resources("aws_s3_bucket")
  unless   = local.passing || !in_backup_plan(self)
  when     = in_backup_plan(self) && !keeps_versions(self)
  at       = "versioning"
  message  = "the backups of `${self}` fail, because it has no versioning"

  label "covers it" {
    at = referrers(self, "covers")
  }

  fails "a selection names the bucket" {
    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = [aws_s3_bucket.invoices.arn]
    }
  }

  passes "versioning" {
    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
    }

    resource "aws_s3_bucket_versioning" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      versioning_configuration {
        status = "Enabled"
      }
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = [aws_s3_bucket.invoices.arn]
    }
  }

  passes "a pattern takes a bucket of logs" {
    resource "aws_s3_bucket" "logs" {
      bucket = "acme-logs"
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = ["*"]
    }
  }

  passes "not covered" {
    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
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

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = [aws_s3_bucket.invoices.arn]
    }
  }
}
