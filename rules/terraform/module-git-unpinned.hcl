rule "module-git-unpinned" {
  summary     = "Git module follows a branch"
  principle   = "infrastructure-as-code"
  severity    = "error"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    Whatever is pushed to that branch becomes part of the next `terraform init`, unreviewed here and different on
    every machine.
  MD
  fix         = "Add `?ref=` with a version tag or a full commit id."
  references  = ["AWS Well-Architected REL08-BP05", "Terraform: Module sources, selecting a revision"]

  for_each = module_calls()
  unless   = self.source_kind != "git"
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
