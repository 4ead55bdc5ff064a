rule "provider-version-unconstrained" {
  summary     = "Provider is used without a version constraint"
  principle   = "infrastructure-as-code"
  severity    = "error"
  environment = "any"
  needs       = "configuration"
  since       = "2027.1"
  scope       = "module"
  why         = <<-MD
    Without a constraint a fresh checkout takes the newest major version of the provider, which may change defaults
    or replace resources.
  MD
  fix         = "Give the provider a `version` in `required_providers`, such as `~> 6.0`."
  notice      = "`terraform init -upgrade` takes a new major version of the provider."
  prove       = "Run it in a copy without the lock file, and read how much the plan changes."
  references  = ["AWS Well-Architected REL08-BP05", "Terraform: Provider requirements"]

  for_each = providers_required()
  unless   = startswith(default(self.source, ""), "terraform.io/builtin/")
  when     = self.version == null || self.version == ""
  message  = "any version of the provider `${self.name}` is accepted"

  fails "source alone" {
    terraform {
      required_providers {
        aws = {
          source = "hashicorp/aws"
        }
      }
    }
  }

  fails "one of two" {
    terraform {
      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = "~> 6.0"
        }
        random = {
          source = "hashicorp/random"
        }
      }
    }
  }

  fails "used and not required" {
    terraform {
      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = "~> 6.0"
        }
      }
    }

    provider "random" {}
  }

  passes "a part of Terraform" {
    terraform {
      required_providers {
        test = {
          source = "terraform.io/builtin/test"
        }
      }
    }
  }

  passes "in the block of the provider, as older releases have it" {
    provider "aws" {
      version = "~> 3.0"
    }
  }

  passes "constrained" {
    terraform {
      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = "~> 6.0"
        }
      }
    }
  }

  passes "a lower bound, as modules use it" {
    terraform {
      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = ">= 5.60"
        }
      }
    }
  }
}
