rule "state-bucket-destroyable" {
  summary     = "Bucket for Terraform's state may be destroyed with all that is in it"
  principle   = "infrastructure-as-code"
  severity    = "error"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    With `force_destroy` one `destroy`, or a plan that replaces the bucket, deletes the state of everything, with all its versions.
  MD
  fix         = "Leave out `force_destroy`, and set `prevent_destroy` in `lifecycle`."
  references  = ["AWS Well-Architected REL09-BP01", "Terraform: Backend type s3"]

  locals {
    for_state = can(regex("(?i)(tf|terraform)[-_.]?(remote[-_.]?)?state", "${address(self)} ${default(self.bucket, "")}"))
  }

  for_each = resources("aws_s3_bucket")
  unless   = !local.for_state
  when     = self.force_destroy == true
  at       = "force_destroy"
  message  = "a destroy of `${self}` takes the state of everything along"

  fails "by force" {
    resource "aws_s3_bucket" "state" {
      bucket        = "acme-terraform-state"
      force_destroy = true
    }
  }

  passes "default" {
    resource "aws_s3_bucket" "state" {
      bucket = "acme-terraform-state"
    }
  }

  passes "another bucket" {
    resource "aws_s3_bucket" "scratch" {
      bucket        = "scratch"
      force_destroy = true
    }
  }

  unknown "given by the caller" {
    variable "force" { type = bool }

    resource "aws_s3_bucket" "state" {
      bucket        = "acme-terraform-state"
      force_destroy = var.force
    }
  }
}
