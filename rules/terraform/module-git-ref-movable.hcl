rule "module-git-ref-movable" {
  summary     = "Module from Git or Mercurial names a ref that may move"
  principle   = "infrastructure-as-code"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  scope       = "module"
  why         = <<-MD
    The ref is neither a version tag nor a full commit id. It may be a branch, or a shortened id that a shallow
    clone cannot fetch and that becomes ambiguous as the repository grows.
  MD
  fix         = "Name a version tag or all forty digits of the commit."
  notice      = "The plan shows changes that no commit of yours explains."
  prove       = "Move the tag in a fork, run `terraform init -upgrade`, and plan."
  references  = ["AWS Well-Architected REL08-BP05", "Terraform: Module sources, selecting a revision"]

  param "trusted_modules" {
    default = []
    doc     = "Patterns of sources whose author is trusted not to move a release; `modules { trusted = [\"acme/*\"] }` in a config sets them for all rules."
  }

  locals {
    trusted = is_published_as(self.source, param.trusted_modules)
    ref     = git_ref(self)
    commit  = can(regex("^([0-9a-f]{40}|[0-9a-f]{64})$", local.ref))
    tag     = can(regex("(^|[/_-])[vV]?[0-9]+\\.[0-9]+(\\.[0-9]+)*([-+][0-9A-Za-z.-]+)?$", local.ref))
    release = can(regex("^(?i:releases?)/", local.ref))
  }

  # A branch that is known as one: module-git-unpinned.
  for_each = module_calls()
  unless   = !contains(["git", "mercurial"], self.source_kind) || names_branch(self) || local.trusted
  when     = !local.commit && (!local.tag || local.release)
  at       = "source"
  message  = "`${self}` names the ref `${local.ref}`, which may point elsewhere tomorrow"

  fails "shortened commit id" {
    module "vpc" {
      source = "git::https://github.com/acme/terraform-vpc.git?ref=51d4629"
    }
  }

  fails "cannot tell a branch from a tag" {
    module "vpc" {
      source = "git::https://github.com/acme/terraform-vpc.git?ref=release-summer"
    }
  }

  fails "cannot tell the branch of a release from its tag" {
    module "vpc" {
      source = "git::https://github.com/acme/terraform-vpc.git?ref=release/1.4.0"
    }
  }

  passes "version tag with a capital letter" {
    module "vpc" {
      source = "git::https://github.com/acme/terraform-vpc.git?ref=V4.5.0"
    }
  }

  passes "version tag of one module among many, encoded" {
    module "vpc" {
      source = "git::https://github.com/acme/terraform-modules.git//vpc?ref=vpc%2Fv2.4.1"
    }
  }

  passes "version tag of one module among many" {
    module "vpc" {
      source = "git::https://github.com/acme/terraform-modules.git//vpc?ref=vpc/v2.4.1"
    }
  }

  passes "commit id" {
    module "vpc" {
      source = "git::https://github.com/acme/terraform-vpc.git?ref=51d462976d84fdea54b47d80dcabbf680badcdb8"
    }
  }

  fails "shortened revision of Mercurial" {
    module "net" {
      source = "hg::https://hg.example.net/net?rev=9117c6561b0b"
    }
  }

  passes "from the registry" {
    module "vpc" {
      source  = "terraform-aws-modules/vpc/aws"
      version = "6.0.1"
    }
  }
}
