rule "environment-provider-version-differs" {
  summary     = "Production accepts other versions of a provider than every other environment"
  principle   = "change"
  severity    = "advice"
  environment = "any"
  needs       = "configuration"
  since       = "2027.1"
  scope       = "unit"
  why         = <<-MD
    Providers change defaults between releases. Where production accepts others than the environments before it, their plans
    say little about its own.
  MD
  fix         = "Use one constraint in all environments, and raise it in one after the other."
  notice      = "Compare the lock files of the environments in the pipeline."
  prove       = "Plan staging with the release of the provider that production uses, and expect no changes."
  references  = ["AWS Well-Architected OPS05-BP08", "Terraform: Recommended practices, environments"]

  locals {
    others    = [for other in counterparts(self, "version") : other if other.exists]
    different = [for other in local.others : other if default(other.own, "any") != default(other.value, "any")]
  }

  for_each = environment().others > 0 ? providers_required() : []
  unless   = self.kind != "root" || length(local.others) == 0 || !environment().production
  when     = length(local.different) == length(local.others)
  message  = "`${self}` is ${default(self.version, "of any version")} in production and ${default(local.different[0].value, "of any version")} in ${local.different[0].environment}"

  fails "another major version" {
    terraform {
      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = "~> 6.0"
        }
      }
    }

    environment "staging" {
      terraform {
        required_providers {
          aws = {
            source  = "hashicorp/aws"
            version = "~> 5.0"
          }
        }
      }
    }
  }

  passes "the same" {
    terraform {
      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = "~> 6.0"
        }
      }
    }

    environment "staging" {
      terraform {
        required_providers {
          aws = {
            source  = "hashicorp/aws"
            version = "~> 6.0"
          }
        }
      }
    }
  }

  passes "one of them has run it" {
    terraform {
      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = "~> 6.0"
        }
      }
    }

    environment "dev" {
      terraform {
        required_providers {
          aws = {
            source  = "hashicorp/aws"
            version = "~> 7.0"
          }
        }
      }
    }

    environment "staging" {
      terraform {
        required_providers {
          aws = {
            source  = "hashicorp/aws"
            version = "~> 6.0"
          }
        }
      }
    }
  }
}
