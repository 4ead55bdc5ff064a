rule "ecr-tag-overwritable" {
  summary     = "Tag of an image can be pushed again"
  principle   = "infrastructure-as-code"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A version that is pushed a second time is another image under the same name. Tasks that start later run other code than those before, and going back to the
    version does not bring back what it was.
  MD
  fix         = "Set `image_tag_mutability = \"IMMUTABLE\"`; with `IMMUTABLE_WITH_EXCLUSION` single tags such as `latest` may move."
  notice      = "Two machines run different images under one tag: compare their digests."
  prove       = "Push another image under the same tag, restart one task, and compare what runs."
  references = [
    "AWS Well-Architected REL08-BP04",
    "AWS Config ecr-private-tag-immutability-enabled",
    "Security Hub ECR.2",
    "AWS Trusted Advisor Amazon ECR Repository With Tag Immutability Disabled",
    "checkov CKV_AWS_51",
    "trivy AWS-0031, aws-ecr-enforce-immutable-repository",
  ]

  for_each = resources("aws_ecr_repository")
  when     = startswith(default(self.image_tag_mutability, "MUTABLE"), "MUTABLE")
  at       = "image_tag_mutability"
  message  = "a version in `${self}` can be pushed again with other code"

  edit "image_tag_mutability" {
    to = "IMMUTABLE"
  }

  fails "default" {
    resource "aws_ecr_repository" "api" {
      name = "api"
    }
  }

  fails "all tags but one kind" {
    resource "aws_ecr_repository" "api" {
      name                 = "api"
      image_tag_mutability = "MUTABLE_WITH_EXCLUSION"
    }
  }

  passes "immutable" {
    resource "aws_ecr_repository" "api" {
      name                 = "api"
      image_tag_mutability = "IMMUTABLE"
    }
  }

  passes "all tags but one kind" {
    resource "aws_ecr_repository" "api" {
      name                 = "api"
      image_tag_mutability = "IMMUTABLE_WITH_EXCLUSION"
    }
  }

  unknown "given by the caller" {
    variable "mutability" { type = string }

    resource "aws_ecr_repository" "api" {
      name                 = "api"
      image_tag_mutability = var.mutability
    }
  }
}
