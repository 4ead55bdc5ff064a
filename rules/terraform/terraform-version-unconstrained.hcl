rule "terraform-version-unconstrained" {
  summary     = "Module does not say which Terraform it needs"
  principle   = "infrastructure-as-code"
  severity    = "warning"
  environment = "any"
  needs       = "configuration"
  since       = "2027.1"
  scope       = "module"
  why         = <<-MD
    The first colleague with a newer Terraform upgrades the state for everybody, or an older one fails on syntax
    that it does not know.
  MD
  fix         = "Set `required_version` in the `terraform` block."
  notice      = "Two people plan with different versions, and the state is upgraded by accident."
  prove       = "Plan with an old and a new Terraform in copies, and compare."
  references  = ["AWS Well-Architected OPS05-BP03", "Terraform: required_version"]

  locals {
    # Terraform asks the root module and all that it calls.
    root_says = self.kind == "child" && anytrue([for m in modules() : m.kind == "root" && m.required_version != null])
  }

  for_each = modules()
  # A stack cannot say it; `.terraform-version` does. CDK for Terraform knows which version it is for.
  unless = self.run_by == "Terraform Stacks" || length(files(self, "cdk.tf.json")) > 0
  when   = self.required_version == null
  message = (
    local.root_says
    ? "`${self}` does not say which Terraform it needs: any other caller runs it with any version"
    : "`${self}` runs with any version of Terraform"
  )

  fails "left out" {
    terraform {
      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = "~> 6.0"
        }
      }
    }
  }

  fails "no terraform block" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }

  passes "constrained" {
    terraform {
      required_version = "~> 1.11"
    }
  }

  passes "a lower bound" {
    terraform {
      required_version = ">= 1.9"
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }
}
