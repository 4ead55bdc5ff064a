rule "module-git-unpinned" {
  summary     = "Module from Git or Mercurial follows a branch"
  principle   = "infrastructure-as-code"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  scope       = "module"
  why         = <<-MD
    Whatever is pushed to that branch becomes part of the next `terraform init`, unreviewed here and different on
    every machine.
  MD
  fix         = "Add `?ref=` (Mercurial: `?rev=`) with a version tag or a full commit id."
  notice      = "The plan changes from one day to the next without a commit of yours."
  prove       = "Push a commit to a fork's branch, run `terraform init -upgrade`, and plan."
  references  = ["AWS Well-Architected REL08-BP05", "Terraform: Module sources, selecting a revision"]

  param "trusted_modules" {
    default = []
    doc     = "Patterns of sources whose author is trusted not to move a release; `modules { trusted = [\"acme/*\"] }` in a config sets them for all rules."
  }

  locals {
    trusted = is_published_as(self.source, param.trusted_modules)
  }

  for_each = module_calls()
  unless   = !contains(["git", "mercurial"], self.source_kind) || local.trusted
  when     = names_branch(self)
  at       = "source"
  message  = "`${self}` takes whatever its branch holds at the time of `init`"

  fails "no ref" {
    module "vpc" {
      source = "git::https://github.com/acme/terraform-vpc.git"
    }
  }

  fails "branch" {
    module "vpc" {
      source = "git::ssh://git@github.com/acme/terraform-vpc.git?ref=main"
    }
  }

  fails "the short form of GitHub" {
    module "vpc" {
      source = "github.com/acme/terraform-vpc//modules/subnets"
    }
  }

  fails "fetched by the protocol of Git, whatever follows the repository" {
    module "zones" {
      source = "git://git.example.net/acme/net.git/zones"
    }
  }

  fails "a directory of a repository" {
    module "zones" {
      source = "ssh://git@git.example.net/acme/net.git//zones"
    }
  }

  fails "another user than git" {
    module "zones" {
      source = "deploy@git.example.net:acme/net.git"
    }
  }

  fails "Mercurial without a revision" {
    module "net" {
      source = "hg::https://hg.example.net/net"
    }
  }

  fails "the branch that Mercurial begins with" {
    module "net" {
      source = "hg::https://hg.example.net/net?rev=tip"
    }
  }

  passes "Mercurial at a revision" {
    module "net" {
      source = "hg::https://hg.example.net/net?rev=9117c6561b0bd7792fa13b50d28239d51b78e51f"
    }
  }

  fails "branch of a release, which is no version though it ends like one" {
    module "vpc" {
      source = "git::https://github.com/acme/terraform-vpc.git?ref=release/1.4"
    }
  }

  fails "branch of a change" {
    module "vpc" {
      source = "git::https://github.com/acme/terraform-vpc.git?ref=feature/upgrade-2.0"
    }
  }

  passes "version tag" {
    module "vpc" {
      source = "git::https://github.com/acme/terraform-vpc.git?ref=v2.4.1"
    }
  }

  passes "commit id" {
    module "vpc" {
      source = "git::https://github.com/acme/terraform-vpc.git?ref=51d462976d84fdea54b47d80dcabbf680badcdb8"
    }
  }

  passes "not from git" {
    module "vpc" {
      source  = "terraform-aws-modules/vpc/aws"
      version = "6.0.1"
    }
  }
}
