rule "ecr-images-pile-up" {
  summary     = "Registry keeps every image that was ever pushed"
  principle   = "infrastructure-as-code"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Each build adds an image, nobody removes one, and the bill grows for ever. At the quota of images of a repository the next push fails, in the middle of a
    release.
  MD
  fix         = "Add an `aws_ecr_lifecycle_policy` that expires untagged images and all but the last releases."
  notice      = "The repository's size grows with each push, in the bill for storage and in `describe-images`."
  prove       = "Push a hundred small images to a test repository, and see that none goes."
  references = [
    "AWS Well-Architected SUS04-BP03",
    "AWS Config ecr-private-lifecycle-policy-configured",
    "Security Hub ECR.3",
    "AWS Trusted Advisor Amazon ECR Repository Without Lifecycle Policy Configured",
    "Amazon ECR User Guide: Lifecycle policies",
  ]

  for_each = resources("aws_ecr_repository")
  when     = length(referrers(self, "configures", "aws_ecr_lifecycle_policy")) == 0
  message  = "`${self}` keeps every image that was ever pushed"

  fails "no policy" {
    resource "aws_ecr_repository" "api" {
      name                 = "api"
      image_tag_mutability = "IMMUTABLE"
    }
  }

  passes "policy" {
    resource "aws_ecr_repository" "api" {
      name                 = "api"
      image_tag_mutability = "IMMUTABLE"
    }

    resource "aws_ecr_lifecycle_policy" "api" {
      repository = aws_ecr_repository.api.name
      policy = jsonencode({
        rules = [
          {
            rulePriority = 1
            description  = "Keep the last thirty"
            selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 30 }
            action       = { type = "expire" }
          }
        ]
      })
    }
  }

  passes "policy that names the repository" {
    resource "aws_ecr_repository" "api" {
      name = "api"
    }

    resource "aws_ecr_lifecycle_policy" "api" {
      repository = "api"
      policy     = jsonencode({ rules = [{ rulePriority = 1, selection = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 14 }, action = { type = "expire" } }] })
    }
  }

  unknown "decided by the caller" {
    variable "expire" { type = bool }

    resource "aws_ecr_repository" "api" {
      name = "api"
    }

    resource "aws_ecr_lifecycle_policy" "api" {
      count      = var.expire ? 1 : 0
      repository = aws_ecr_repository.api.name
      policy     = "{}"
    }
  }
}
