rule "image-tag-moves" {
  summary    = "Container image has no tag, or one that moves"
  principle  = "infrastructure-as-code"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    `latest` is whatever was pushed last. A task that is restarted at night runs other code than its neighbour, nobody has decided that, and there is no
    former version to go back to.
  MD
  fix        = "Name a version tag that is never pushed again, or the digest (`@sha256:…`)."
  notice     = "Tasks of one revision run different digests."
  prove      = "Push another image under the tag, stop one task with `aws:ecs:stop-task`, and compare the new one with the others."
  references = ["AWS Well-Architected REL08-BP04", "checkov CKV_K8S_14", "Kubernetes: Images, image names"]

  locals {
    # A tag and a digest follow a colon, behind the last slash: one before it belongs to the port of a registry. The address of a repository has
    # neither. A tag that begins otherwise than `latest` is another one, whatever follows. In a repository that lets nobody push a tag again none
    # moves.
    moving = [
      for image in container_images(self) : image
      if !(
        anytrue([
          for tag in regexall(":([^:/\n]*)\n$", join("", [for f in fragments(image) : f == null ? "\n" : f])) : !startswith("latest", tag[0])
        ])
        || attribute(image) != null && anytrue([for r in refs(image, "aws_ecr_repository") : default(r.image_tag_mutability, "MUTABLE") == "IMMUTABLE"])
        ) && (
        contains(["repository_uri", "repository_url"], default(attribute(image), "")) && is_attribute(image)
        || image != null && (
          endswith(image, ":latest")
          || !strcontains(image, ":")
          || (length(refs(image)) == 0 && length(regexall("^[^/]+:[0-9]+/[^:]*$", image)) > 0)
        )
      )
    ]
  }

  for_each = resources("container_images")
  when     = length(local.moving) > 0
  message  = "`${self}` runs an image without a tag or with `latest`, which is another one after the next push"

  fails "latest in a task" {
    resource "aws_ecs_task_definition" "api" {
      family = "api"
      container_definitions = jsonencode([
        {
          name  = "api"
          image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/api:latest"
        }
      ])
    }
  }

  fails "no tag in a sidecar" {
    resource "aws_ecs_task_definition" "api" {
      family = "api"
      container_definitions = jsonencode([
        {
          name  = "api"
          image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/api:1.4.2"
        },
        {
          name  = "proxy"
          image = "nginx"
        }
      ])
    }
  }

  fails "deployment in Kubernetes" {
    resource "kubernetes_deployment_v1" "api" {
      metadata {
        name = "api"
      }

      spec {
        replicas = 2

        template {
          metadata {
            labels = { app = "api" }
          }

          spec {
            container {
              name  = "api"
              image = "ghcr.io/acme/api:latest"
            }
          }
        }
      }
    }
  }

  fails "function" {
    resource "aws_lambda_function" "render" {
      function_name = "render"
      package_type  = "Image"
      image_uri     = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/render:latest"
    }
  }

  fails "latest of a repository of one's own" {
    resource "aws_ecr_repository" "api" {
      name = "api"
    }

    resource "aws_lambda_function" "render" {
      function_name = "render"
      package_type  = "Image"
      image_uri     = "${aws_ecr_repository.api.repository_url}:latest"
    }
  }

  fails "a colon of the registry's port only" {
    resource "aws_ecs_task_definition" "api" {
      family = "api"
      container_definitions = jsonencode([
        { name = "api", image = "registry.example.com:5000/team/api" }
      ])
    }
  }

  fails "the address of a repository" {
    resource "aws_ecr_repository" "api" {
      name = "api"
    }

    resource "aws_ecs_task_definition" "api" {
      family = "api"
      container_definitions = jsonencode([
        { name = "api", image = aws_ecr_repository.api.repository_url }
      ])
    }
  }

  fails "whatever the caller adds" {
    variable "sidecars" { type = list(any) }

    resource "aws_ecs_task_definition" "api" {
      family                = "api"
      container_definitions = jsonencode(concat([{ name = "api", image = "shop/api:latest" }], var.sidecars))
    }
  }

  passes "the address of a repository with a tag" {
    resource "aws_ecr_repository" "api" {
      name = "api"
    }

    resource "aws_ecs_task_definition" "api" {
      family = "api"
      container_definitions = jsonencode([
        { name = "api", image = "${aws_ecr_repository.api.repository_url}:1.4.2" }
      ])
    }
  }

  passes "port and tag" {
    resource "aws_ecs_task_definition" "api" {
      family = "api"
      container_definitions = jsonencode([
        { name = "api", image = "registry.example.com:5000/team/api:1.4.2" }
      ])
    }
  }

  passes "version in a repository of one's own" {
    resource "aws_ecr_repository" "api" {
      name = "api"
    }

    resource "aws_lambda_function" "render" {
      function_name = "render"
      package_type  = "Image"
      image_uri     = "${aws_ecr_repository.api.repository_url}:1.4.2"
    }
  }

  passes "a version of which the caller gives the end" {
    variable "tag" { type = string }

    resource "aws_ecr_repository" "api" {
      name = "api"
    }

    resource "aws_ecs_task_definition" "api" {
      family                = "api"
      container_definitions = jsonencode([{ name = "api", image = "${aws_ecr_repository.api.repository_url}:v${var.tag}" }])
    }
  }

  passes "latest in a repository whose tags do not move" {
    resource "aws_ecr_repository" "api" {
      name                 = "api"
      image_tag_mutability = "IMMUTABLE"
    }

    resource "aws_ecs_task_definition" "api" {
      family                = "api"
      container_definitions = jsonencode([{ name = "api", image = "${aws_ecr_repository.api.repository_url}:latest" }])
    }
  }

  fails "some tags of the repository do move" {
    resource "aws_ecr_repository" "api" {
      name                 = "api"
      image_tag_mutability = "IMMUTABLE_WITH_EXCLUSION"
    }

    resource "aws_ecs_task_definition" "api" {
      family                = "api"
      container_definitions = jsonencode([{ name = "api", image = "${aws_ecr_repository.api.repository_url}:latest" }])
    }
  }

  unknown "what the caller adds may make it latest" {
    variable "tag" { type = string }

    resource "aws_ecr_repository" "api" {
      name = "api"
    }

    resource "aws_ecs_task_definition" "api" {
      family                = "api"
      container_definitions = jsonencode([{ name = "api", image = "${aws_ecr_repository.api.repository_url}:la${var.tag}" }])
    }
  }

  passes "version" {
    resource "aws_ecs_task_definition" "api" {
      family = "api"
      container_definitions = jsonencode([
        {
          name  = "api"
          image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/api:1.4.2"
        }
      ])
    }
  }

  passes "digest" {
    resource "aws_lambda_function" "render" {
      function_name = "render"
      package_type  = "Image"
      image_uri     = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/render@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    }
  }

  passes "registry with a port" {
    resource "aws_ecs_task_definition" "api" {
      family = "api"
      container_definitions = jsonencode([
        {
          name  = "api"
          image = "registry.example.com:5000/acme/api:1.4.2"
        }
      ])
    }
  }

  unknown "given by the caller" {
    variable "image" { type = string }

    resource "aws_ecs_task_definition" "api" {
      family                = "api"
      container_definitions = jsonencode([{ name = "api", image = var.image }])
    }
  }
}
