rule "terraform-version-outdated" {
  summary     = "Module demands a Terraform from before 1.0"
  principle   = "infrastructure-as-code"
  severity    = "warning"
  environment = "any"
  needs       = "configuration"
  since       = "2027.1"
  scope       = "module"
  why         = <<-MD
    These versions get no fixes, do not know checks, moved blocks or locks in the bucket, and current providers do not run with them. Each year makes the way
    out longer.
  MD
  fix         = "Upgrade by way of the versions between, and set `required_version = \"~> 1.11\"`."
  notice      = "`terraform init` refuses to run with a version of today."
  prove       = "Raise the constraint in a copy, and plan with the newest Terraform."
  references  = ["AWS Well-Architected OPS05-BP03", "Terraform: Version management, v1.0 compatibility promises"]

  locals {
    zero = can(regex("^\\s*(=|~>|<|<=)?\\s*v?0\\.", self.required_version))
  }

  for_each = modules()
  unless   = self.required_version == null
  when     = local.zero && !version_allows(self.required_version, "1.0.0") && !version_allows(self.required_version, "1.11.4")
  message  = "`${self}` runs with ${self.required_version} alone, which gets no fixes"

  fails "0.13" {
    terraform {
      required_version = "~> 0.13.0"
    }
  }

  fails "exact" {
    terraform {
      required_version = "0.12.31"
    }
  }

  passes "current" {
    terraform {
      required_version = "~> 1.11"
    }
  }

  passes "a lower bound" {
    terraform {
      required_version = ">= 0.13"
    }
  }

  passes "none, which is another matter" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }
}
