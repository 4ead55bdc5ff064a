rule "datastore-deletable-with-content" {
  summary   = "Bucket, registry or backup vault may be destroyed with what is in it"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    AWS refuses to delete a bucket, a repository or a vault that is not empty, and that is often the last brake. With it released, one plan that
    renames or removes the resource deletes every object, image or backup, versions included.
  MD
  fix       = "Leave `force_destroy` or `force_delete` out; set it only for the apply that shall delete the content."
  notice    = "CloudTrail shows the deletion; reads fail with `NoSuchBucket` or its like."
  prove     = "Destroy a filled test copy: Terraform empties it without asking."
  references = [
    "AWS Well-Architected REL09-BP01",
    "Terraform AWS provider: force_destroy, force_delete",
  ]

  locals {
    bucket = is(self, "aws_s3_bucket")
    # What it holds can be made anew.
    passing = local.bucket && holds_copies_only(self) && !holds_state(self)
  }

  for_each = resources("aws_s3_bucket", "aws_s3_directory_bucket", "aws_ecr_repository", "aws_backup_vault")
  unless   = local.passing

  defect "bucket or vault" {
    when    = self.force_destroy == true
    at      = "force_destroy"
    message = "a plan that replaces or removes `${self}` deletes everything in it"

    edit "force_destroy" {
      to = false
    }
  }

  defect "registry" {
    when    = self.force_delete == true
    at      = "force_delete"
    message = "a plan that replaces or removes `${self}` deletes every image in it"

    edit "force_delete" {
      to = false
    }
  }

  fails "bucket" {
    resource "aws_s3_bucket" "invoices" {
      bucket        = "acme-invoices"
      force_destroy = true
    }
  }

  fails "backup vault" {
    resource "aws_backup_vault" "daily" {
      name          = "daily"
      force_destroy = true
    }
  }

  fails "registry" {
    resource "aws_ecr_repository" "api" {
      name         = "api"
      force_delete = true
    }
  }

  fails "bucket of Terraform's state" {
    resource "aws_s3_bucket" "state" {
      bucket        = "acme-terraform-state"
      force_destroy = true
    }
  }

  passes "left out" {
    resource "aws_s3_bucket" "invoices" {
      bucket = "acme-invoices"
    }
  }

  passes "bucket of logs" {
    resource "aws_s3_bucket" "logs" {
      bucket        = "acme-access-logs"
      force_destroy = true
    }
  }

  passes "bucket that a distribution serves" {
    resource "aws_s3_bucket" "shop" {
      bucket        = "acme-shop"
      force_destroy = true
    }

    resource "aws_cloudfront_distribution" "shop" {
      enabled = true

      origin {
        origin_id   = "shop"
        domain_name = aws_s3_bucket.shop.bucket_regional_domain_name
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "disposable" { type = bool }

    resource "aws_ecr_repository" "shop" {
      name         = "shop"
      force_delete = var.disposable
    }
  }
}
