rule "module-archive-unversioned" {
  summary     = "Module is an archive that can be replaced behind its address"
  principle   = "infrastructure-as-code"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  scope       = "module"
  why         = <<-MD
    The address names no version and no checksum, so whoever can write there changes this infrastructure.
  MD
  fix         = "Put the version into the file name, and add `?checksum=sha256:…`."
  notice      = "Two runs of `terraform init` give different files for one address."
  prove       = "Compare the checksum of the archive with that of last month."
  references  = ["AWS Well-Architected REL08-BP05", "Terraform: Module sources, fetching archives over HTTP"]

  param "trusted_modules" {
    default = []
    doc     = "Patterns of sources whose author is trusted not to move a release; `modules { trusted = [\"acme/*\"] }` in a config sets them for all rules."
  }

  locals {
    trusted = is_published_as(self.source, param.trusted_modules)
  }

  for_each = module_calls()
  unless   = self.source_kind != "archive" || local.trusted
  when     = !can(regex("[0-9]+\\.[0-9]+\\.[0-9]+|[?&](checksum|versionId)=", self.source))
  at       = "source"
  message  = "`${self}` is whatever lies at that address at the time of `init`"

  fails "plain address" {
    module "vpc" {
      source = "https://modules.example.com/vpc.zip"
    }
  }

  fails "bucket" {
    module "vpc" {
      source = "s3::https://s3-eu-west-1.amazonaws.com/acme-modules/vpc.zip"
    }
  }

  passes "version and checksum" {
    module "vpc" {
      source = "https://modules.example.com/vpc-1.4.2.zip?checksum=sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    }
  }

  passes "version of the object" {
    module "vpc" {
      source = "s3::https://s3-eu-west-1.amazonaws.com/acme-modules/vpc.zip?versionId=3HL4kqtJlcpXroDTDmJ"
    }
  }
}
