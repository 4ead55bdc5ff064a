rule "state-not-remote" {
  summary     = "Root module keeps its state on one machine"
  principle   = "infrastructure-as-code"
  severity    = "error"
  environment = "any"
  needs       = "configuration"
  since       = "2027.1"
  scope       = "unit"
  why         = <<-MD
    A local state is lost with the laptop that holds it, cannot be shared, and nothing keeps two people from
    applying at once.
  MD
  fix         = "Configure a remote backend with locking, such as `backend \"s3\"` with `use_lockfile = true`."
  notice      = "Two people plan different changes for the same code."
  prove       = "Plan on a second machine: it wants to create everything."
  references  = ["AWS Well-Architected OPS05-BP01", "Terraform: Backend configuration"]

  locals {
    # Stacks and Atmos write the backend, and so does an override file. What Terragrunt generates is known. A bootstrap makes the bucket that the state will live in.
    elsewhere = self.run_by != null && self.run_by != "Terragrunt"
    generated = local.elsewhere || length(files(self, "{*_override.tf,*_override.tofu}")) > 0
    empty     = self.resources == 0 && self.calls == 0
    bootstrap = can(regex("(^|/)(bootstrap|backend|tf-?state|terraform-?state|remote-?state)(/|$)", self.path))
  }

  for_each = modules()
  unless   = local.generated || local.bootstrap || local.empty
  when     = self.backend == null || self.backend == "local"
  message  = "the state of `${self}` stays on the machine that applies it"

  fails "no backend" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }

  fails "local backend" {
    terraform {
      backend "local" {
        path = "terraform.tfstate"
      }
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }

  passes "bucket" {
    terraform {
      backend "s3" {
        bucket       = "acme-terraform"
        key          = "orders.tfstate"
        region       = "eu-west-1"
        use_lockfile = true
      }
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }

  passes "nothing to keep" {
    variable "name" {
      type = string
    }
  }

  passes "HCP Terraform" {
    terraform {
      cloud {
        organization = "acme"
      }
    }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }
}
