rule "state-bucket-without-versioning" {
  summary     = "Bucket of Terraform's state keeps no older versions"
  principle   = "recovery"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A broken or truncated state is repaired by going back to the version before. Without versions each resource has to be imported again by
    hand, and until then no plan can be applied.
  MD
  fix         = "Add an `aws_s3_bucket_versioning` with `status = \"Enabled\"` for the bucket."
  notice      = "A plan wants to create everything anew after the state was overwritten."
  prove       = "Overwrite the state object of a test root, and try to go back to the one before."
  references = [
    "Terraform: S3 backend (enable bucket versioning)",
    "AWS Well-Architected REL09-BP01",
    "Security Hub S3.14",
  ]

  for_each = resources("aws_s3_bucket")
  unless   = !holds_state(self)
  when     = holds_state(self) && !keeps_versions(self)
  at       = "versioning"
  message  = "a state in `${self}` that is overwritten or deleted cannot be brought back"

  fails "no versioning" {
    resource "aws_s3_bucket" "state" {
      bucket = "acme-terraform-state"
    }
  }

  fails "named only by its address" {
    resource "aws_s3_bucket" "tfstate" {
      bucket_prefix = "acme-"
    }
  }

  fails "suspended" {
    resource "aws_s3_bucket" "tfstate" {
      bucket = "acme-infrastructure"
    }

    resource "aws_s3_bucket_versioning" "tfstate" {
      bucket = aws_s3_bucket.tfstate.id

      versioning_configuration {
        status = "Suspended"
      }
    }
  }

  passes "versioning" {
    resource "aws_s3_bucket" "state" {
      bucket = "acme-terraform-state"
    }

    resource "aws_s3_bucket_versioning" "state" {
      bucket = aws_s3_bucket.state.id

      versioning_configuration {
        status = "Enabled"
      }
    }
  }

  passes "within the bucket, as older providers have it" {
    resource "aws_s3_bucket" "state" {
      bucket = "acme-tfstate"

      versioning {
        enabled = true
      }
    }
  }

  passes "another bucket" {
    resource "aws_s3_bucket" "logs" {
      bucket = "acme-logs"
    }
  }

  unknown "decided by a variable without default" {
    variable "versioning" { type = string }

    resource "aws_s3_bucket" "state" {
      bucket = "acme-terraform-state"
    }

    resource "aws_s3_bucket_versioning" "state" {
      bucket = aws_s3_bucket.state.id

      versioning_configuration {
        status = var.versioning
      }
    }
  }
}
