rule "module-version-unbounded" {
  summary     = "Registry module accepts every future major version"
  principle   = "infrastructure-as-code"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  scope       = "module"
  why         = <<-MD
    A range without an upper end is resolved again on every `init`, because modules are not recorded in the lock
    file. The next major release breaks the plan of somebody who changed nothing.
  MD
  fix         = "Bound the constraint: `~> 6.0`, or an exact version."
  notice      = "`terraform init -upgrade` takes a new major version of the module."
  prove       = "Run it in a copy of the root module, and read which version it takes and what the plan then changes."
  references  = ["AWS Well-Architected REL08-BP05", "Terraform: Version constraints"]

  param "trusted_modules" {
    default = []
    doc     = "Patterns of sources whose author is trusted not to move a release; `modules { trusted = [\"acme/*\"] }` in a config sets them for all rules."
  }

  locals {
    trusted = is_published_as(self.source, param.trusted_modules)
  }

  for_each = module_calls()
  unless   = self.source_kind != "registry" || self.version == null || self.version == "" || local.trusted
  when     = version_allows(self.version, "99999.0.0")
  at       = "version"
  message  = "`${self}` accepts every release that is still to come"

  fails "lower bound only" {
    module "vpc" {
      source  = "terraform-aws-modules/vpc/aws"
      version = ">= 5.0"
    }
  }

  fails "all but one" {
    module "vpc" {
      source  = "terraform-aws-modules/vpc/aws"
      version = "> 5.0, != 5.1.0"
    }
  }

  passes "patch releases" {
    module "vpc" {
      source  = "terraform-aws-modules/vpc/aws"
      version = "~> 6.0.1"
    }
  }

  passes "a range with both ends" {
    module "vpc" {
      source  = "terraform-aws-modules/vpc/aws"
      version = ">= 5.0, < 7.0"
    }
  }
}
