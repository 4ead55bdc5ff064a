rule "state-bucket-unversioned" {
  summary     = "Bucket for Terraform's state keeps no former versions"
  principle   = "infrastructure-as-code"
  severity    = "error"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    A broken write or a wrong command overwrites the state, and with it all that Terraform knows of what exists. Without versions it has to be imported again,
    one resource after the other.
  MD
  fix         = "Add an `aws_s3_bucket_versioning` with `status = \"Enabled\"`."
  references  = ["AWS Well-Architected REL09-BP01", "checkov CKV_AWS_21", "trivy AWS-0090", "Terraform: Backend type s3"]

  locals {
    for_state = can(regex("(?i)(tf|terraform)[-_.]?(remote[-_.]?)?state", "${address(self)} ${default(self.bucket, "")}"))
    enabled = (
      self.versioning[0].enabled == true
      || anytrue([for v in referrers(self, "configures", "aws_s3_bucket_versioning") : v.versioning_configuration[0].status == "Enabled"])
    )
  }

  for_each = resources("aws_s3_bucket")
  unless   = !local.for_state
  when     = !local.enabled
  message  = "a state that is overwritten in `${self}` cannot be brought back"

  fails "no versioning" {
    resource "aws_s3_bucket" "state" {
      bucket = "acme-terraform-state"
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
    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }
  }

  unknown "given by the caller" {
    variable "status" { type = string }

    resource "aws_s3_bucket" "state" {
      bucket = "acme-terraform-state"
    }

    resource "aws_s3_bucket_versioning" "state" {
      bucket = aws_s3_bucket.state.id

      versioning_configuration {
        status = var.status
      }
    }
  }
}
