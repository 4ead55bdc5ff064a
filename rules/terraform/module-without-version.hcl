rule "module-without-version" {
  summary     = "Registry module has no version"
  principle   = "infrastructure-as-code"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  scope       = "module"
  why         = <<-MD
    Every `terraform init` takes the newest release. The lock file covers providers only, so a breaking release
    arrives without a change here.
  MD
  fix         = "Set `version`, exactly or with `~>` down to the minor version."
  notice      = "`terraform init -upgrade` takes whatever the registry has newest."
  prove       = "Run it on a fresh machine, and compare `.terraform/modules/modules.json` with the last apply."
  references  = ["AWS Well-Architected REL08-BP05", "Terraform: Module blocks, version"]

  param "trusted_modules" {
    default = []
    doc     = "Patterns of sources whose author is trusted not to move a release; `modules { trusted = [\"acme/*\"] }` in a config sets them for all rules."
  }

  locals {
    trusted = is_published_as(self.source, param.trusted_modules)
  }

  for_each = module_calls()
  unless   = self.source_kind != "registry" || local.trusted
  when     = self.version == null || self.version == ""
  at       = "version"
  message  = "`${self}` takes the newest release at the time of `init`"

  fails "left out" {
    module "vpc" {
      source = "terraform-aws-modules/vpc/aws"
    }
  }

  fails "a module inside a package, from another registry" {
    module "rules" {
      source = "registry.example.com/acme/network/aws//modules/rules"
    }
  }

  passes "exact" {
    module "vpc" {
      source  = "terraform-aws-modules/vpc/aws"
      version = "6.0.1"
    }
  }

  passes "git, which has a ref instead" {
    module "vpc" {
      source = "git::https://github.com/acme/terraform-vpc.git?ref=v2.4.1"
    }
  }
}
