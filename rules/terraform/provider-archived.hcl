rule "provider-archived" {
  summary     = "Provider is not kept up any more"
  principle   = "infrastructure-as-code"
  severity    = "warning"
  environment = "any"
  needs       = "configuration"
  since       = "2027.1"
  scope       = "module"
  why         = <<-MD
    HashiCorp has archived it: no fixes, and no builds for newer platforms. On a Mac with Apple silicon, or a runner on ARM, `init` fails.
  MD
  fix         = "Use `templatefile()` in place of `template`, and `cloudinit_config` of the provider `cloudinit` for `template_cloudinit_config`."
  notice      = "`terraform init` still works, and new features and fixes do not come."
  prove       = "Look for a build of the provider for a platform of today, such as arm64."
  references  = ["AWS Well-Architected REL08-BP05", "Terraform template provider: Deprecation"]

  param "archived" {
    default = ["hashicorp/template", "registry.terraform.io/hashicorp/template"]
    doc     = "Sources of providers that nobody keeps up."
  }

  for_each = providers_required()
  when     = contains(param.archived, default(self.source, "hashicorp/${self.name}"))
  message  = "the provider `${self.name}` is archived and has no builds for newer platforms"

  fails "template" {
    terraform {
      required_providers {
        template = {
          source  = "hashicorp/template"
          version = "~> 2.2"
        }
      }
    }
  }

  fails "by its name alone" {
    terraform {
      required_providers {
        template = "~> 2.2"
      }
    }
  }

  passes "cloudinit" {
    terraform {
      required_providers {
        cloudinit = {
          source  = "hashicorp/cloudinit"
          version = "~> 2.3"
        }
      }
    }
  }

  passes "the same name, made by others" {
    terraform {
      required_providers {
        template = {
          source  = "acme/template"
          version = "~> 1.0"
        }
      }
    }
  }
}
