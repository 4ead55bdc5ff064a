rule "ecr-images-in-use-expire" {
  summary   = "Registry deletes images that may be running"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    The policy counts days since an image was pushed, not since it was used. A service that was not released for that long loses its image: what runs
    goes on, but no new task starts, when a zone fails or load rises.
  MD
  fix       = "Expire untagged images by age, and tagged ones by number: `imageCountMoreThan` with as many as you may want to go back to."
  notice    = "Tasks fail to start with `CannotPullContainerError`."
  prove     = "Preview the lifecycle policy, and compare its images with those that run."
  references = [
    "Amazon ECR User Guide: Lifecycle policies",
    "AWS Well-Architected REL08-BP04",
  ]

  param "enough_days" {
    default = 180
    doc     = "Images that are kept for this many days are not reported."
  }

  param "minimum_images" {
    default = 3
    doc     = "Fewest images that a rule about all images must keep."
  }

  locals {
    rules = [
      for r in default(try(jsondecode(self.policy).rules, []), []) : {
        priority = r.rulePriority
        status   = r.selection.tagStatus
        by       = r.selection.countType
        number   = r.selection.countNumber
        action   = try(r.action.type, "expire")
        tags     = concat(default(try(r.selection.tagPrefixList, null), []), default(try(r.selection.tagPatternList, null), []))
      }
    ]
    # Images of branches and builds, which nothing but a test runs.
    tests = "(?i)^\\*?(dev|feat|pr|pull|branch|snapshot|te?mp|test|build|ci|cache|rc|alpha|beta|preview|stag|qa|sandbox)"
    aged = [
      for r in local.rules : r
      if r.action == "expire" && r.by == "sinceImagePushed" && r.number < param.enough_days && r.status != "untagged"
      && !(length(r.tags) > 0 && alltrue([for t in r.tags : can(regex(local.tests, t))]))
      # What a rule before it keeps is safe from this one.
      && !anytrue([for o in local.rules : o.priority < r.priority && o.status != "untagged" && o.by == "imageCountMoreThan"])
    ]
    few = [
      for r in local.rules : r
      if r.action == "expire" && r.by == "imageCountMoreThan" && r.number < param.minimum_images && r.status == "any"
      && !anytrue([for o in local.rules : o.priority < r.priority && o.status == "tagged"])
    ]
  }

  for_each = resources("aws_ecr_lifecycle_policy")

  defect "by age" {
    when    = length(local.aged) > 0
    at      = "policy"
    message = "`${self}` deletes images ${local.aged[0].number} days after they were pushed, also those that a service runs"
  }

  defect "too few" {
    when    = length(local.few) > 0
    at      = "policy"
    message = "`${self}` keeps ${local.few[0].number} images, fewer than ${param.minimum_images}: there is none to go back to"
  }

  fails "all images after a month" {
    resource "aws_ecr_lifecycle_policy" "shop" {
      repository = "shop"

      policy = jsonencode({
        rules = [
          {
            rulePriority = 1
            selection    = { tagStatus = "any", countType = "sinceImagePushed", countUnit = "days", countNumber = 30 }
            action       = { type = "expire" }
          },
        ]
      })
    }
  }

  fails "one image stays" {
    resource "aws_ecr_lifecycle_policy" "shop" {
      repository = "shop"

      policy = jsonencode({
        rules = [
          {
            rulePriority = 1
            selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 1 }
            action       = { type = "expire" }
          },
        ]
      })
    }
  }

  passes "untagged by age, all by number" {
    resource "aws_ecr_lifecycle_policy" "shop" {
      repository = "shop"

      policy = jsonencode({
        rules = [
          {
            rulePriority = 1
            selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7 }
            action       = { type = "expire" }
          },
          {
            rulePriority = 2
            selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 30 }
            action       = { type = "expire" }
          },
        ]
      })
    }
  }

  passes "releases are kept before the rest expires" {
    resource "aws_ecr_lifecycle_policy" "shop" {
      repository = "shop"

      policy = jsonencode({
        rules = [
          {
            rulePriority = 1
            selection    = { tagStatus = "tagged", tagPrefixList = ["v"], countType = "imageCountMoreThan", countNumber = 30 }
            action       = { type = "expire" }
          },
          {
            rulePriority = 2
            selection    = { tagStatus = "any", countType = "sinceImagePushed", countUnit = "days", countNumber = 30 }
            action       = { type = "expire" }
          },
        ]
      })
    }
  }

  passes "images of pull requests" {
    resource "aws_ecr_lifecycle_policy" "shop" {
      repository = "shop"

      policy = jsonencode({
        rules = [
          {
            rulePriority = 1
            selection    = { tagStatus = "tagged", tagPrefixList = ["pr-"], countType = "sinceImagePushed", countUnit = "days", countNumber = 14 }
            action       = { type = "expire" }
          },
        ]
      })
    }
  }

  unknown "decided by a variable without default" {
    variable "days" { type = number }

    resource "aws_ecr_lifecycle_policy" "shop" {
      repository = "shop"

      policy = jsonencode({
        rules = [
          {
            rulePriority = 1
            selection    = { tagStatus = "any", countType = "sinceImagePushed", countUnit = "days", countNumber = var.days }
            action       = { type = "expire" }
          },
        ]
      })
    }
  }
}
