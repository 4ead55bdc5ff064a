rule "ec2-image-of-anybody" {
  summary     = "Newest image is looked up without saying whose"
  principle   = "infrastructure-as-code"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Anybody can publish an image with such a name. The newest one that matches starts in place of the one that was meant.
  MD
  fix         = "Set `owners`, such as `[\"amazon\"]`, `[\"self\"]` or an account id."
  notice      = "The image id in a plan changes to one of an owner that you do not know."
  prove       = "Publish an image with a matching name from a test account, and plan again."
  references = [
    "AWS Well-Architected SEC06-BP05",
    "checkov CKV_AWS_386",
    "trivy AWS-0344, aws-ami-ensure-ami-has-owners",
    "Terraform AWS provider: data source aws_ami",
  ]

  locals {
    by_filter = [for f in default(self.filter, []) : f if contains(["owner-id", "owner-alias", "image-id"], f.name)]
  }

  for_each = data_sources("aws_ami")
  unless   = length(local.by_filter) > 0
  when     = self.most_recent == true && length(default(self.owners, [])) == 0
  at       = "most_recent"
  message  = "`${self}` takes the newest image of that name, whoever has published it"

  fails "no owner" {
    data "aws_ami" "ubuntu" {
      most_recent = true

      filter {
        name   = "name"
        values = ["ubuntu/images/hvm-ssd/ubuntu-noble-24.04-amd64-server-*"]
      }
    }
  }

  passes "owner" {
    data "aws_ami" "ubuntu" {
      most_recent = true
      owners      = ["099720109477"]

      filter {
        name   = "name"
        values = ["ubuntu/images/hvm-ssd/ubuntu-noble-24.04-amd64-server-*"]
      }
    }
  }

  passes "owner by a filter" {
    data "aws_ami" "base" {
      most_recent = true

      filter {
        name   = "owner-alias"
        values = ["amazon"]
      }
    }
  }

  unknown "owners are given by the caller" {
    variable "owners" { type = list(string) }

    data "aws_ami" "base" {
      most_recent = true
      owners      = var.owners
    }
  }
}
