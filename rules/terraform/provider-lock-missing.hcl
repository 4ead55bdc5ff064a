rule "provider-lock-missing" {
  summary     = "Root module has no lock file for its providers"
  principle   = "infrastructure-as-code"
  severity    = "advice"
  environment = "any"
  needs       = "configuration"
  since       = "2027.1"
  scope       = "unit"
  why         = <<-MD
    Without `.terraform.lock.hcl` each `init` takes the newest provider that the constraints allow, unchecked. Two people plan the same code with different
    providers, and nobody can tell which one made the state.
  MD
  fix         = "Run `terraform init` and commit `.terraform.lock.hcl`; remove it from `.gitignore`."
  notice      = "Two machines plan with different provider versions: compare `terraform version`."
  prove       = "Run `terraform init` on a fresh machine, and compare the versions with the last apply."
  references  = ["AWS Well-Architected REL08-BP05", "AWS Well-Architected SEC06-BP05", "Terraform: Dependency lock file"]

  locals {
    # Terragrunt and others write lock files elsewhere, and what a program writes anew each time is not committed.
    generated = self.run_by != null || length(files(self, "{*_override.tf,*_override.tofu,cdk.tf.json}")) > 0
    # What has a remote state is applied from here. HCP Terraform runs init from what is committed, too.
    applied = self.backend != null && self.backend != "local" && (self.resources > 0 || self.calls > 0)
  }

  for_each = modules()
  unless   = local.generated || !local.applied
  when     = length(files(self, ".terraform.lock.hcl")) == 0
  message  = "`${self}` takes the newest providers at each init"

  fails "remote state and no lock file" {
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

  passes "nothing is applied from here" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }

  passes "nothing to provide" {
    terraform {
      backend "s3" {
        bucket       = "acme-terraform"
        key          = "orders.tfstate"
        region       = "eu-west-1"
        use_lockfile = true
      }
    }
  }
}
