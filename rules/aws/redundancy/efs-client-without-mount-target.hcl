rule "efs-client-without-mount-target" {
  summary   = "File system has no mount target in a zone of its clients"
  principle = "redundancy"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    A client looks up the file system by name and gets the mount target of its own zone. Where there is none, the name does not
    resolve, and tasks or functions that land there do not start.
  MD
  fix       = "Make an `aws_efs_mount_target` in each zone that the clients run in."
  notice    = "Mounts time out in one zone, and `ClientConnections` lacks its clients."
  prove     = "Mount the file system from a machine in that zone."
  references = [
    "AWS Well-Architected REL10-BP01",
    "Amazon EFS: managing mount targets",
    "AWS Lambda: configuring file system access",
  ]

  locals {
    doors = distinct(flatten([for s in linked(self, "in_subnet") : zones(s)]))
    tasks = flatten([for t in referrers(self, "mounts", "aws_ecs_task_definition") : referrers(t, "runs", "aws_ecs_service")])
    calls = flatten([for p in referrers(self, "configures", "aws_efs_access_point") : referrers(p, "mounts", "aws_lambda_function")])
    far   = [for c in concat(local.tasks, local.calls) : c if anytrue([for z in zones(c) : !contains(local.doors, z)])]
  }

  # Without any mount target here, they are made elsewhere.
  for_each = resources("aws_efs_file_system")
  unless   = length(referrers(self, "configures", "aws_efs_mount_target")) == 0
  when     = length(local.far) > 0
  message  = "`${local.far[0]}` may start in a zone in which `${self}` cannot be mounted"

  label "also runs in another zone" {
    at = local.far
  }

  label "the doors" {
    at        = referrers(self, "configures", "aws_efs_mount_target")
    attribute = "subnet_id"
  }

  fails "tasks in two zones, a mount target in one" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24", c = "10.0.3.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_efs_file_system" "uploads" {
      creation_token = "uploads"
    }

    resource "aws_efs_mount_target" "uploads" {
      for_each       = toset(["a", "b"])
      file_system_id = aws_efs_file_system.uploads.id
      subnet_id      = aws_subnet.private[each.key].id
    }

    resource "aws_ecs_task_definition" "cms" {
      family                = "cms"
      container_definitions = "[]"

      volume {
        name = "uploads"

        efs_volume_configuration {
          file_system_id = aws_efs_file_system.uploads.id
        }
      }
    }

    resource "aws_ecs_service" "cms" {
      name            = "cms"
      desired_count   = 3
      task_definition = aws_ecs_task_definition.cms.arn

      network_configuration {
        subnets = [for s in aws_subnet.private : s.id]
      }
    }
  }

  passes "function in the zones of the mount targets" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_efs_file_system" "models" {
      creation_token = "models"
    }

    resource "aws_efs_access_point" "models" {
      file_system_id = aws_efs_file_system.models.id
    }

    resource "aws_efs_mount_target" "models" {
      for_each       = aws_subnet.private
      file_system_id = aws_efs_file_system.models.id
      subnet_id      = each.value.id
    }

    resource "aws_lambda_function" "predict" {
      function_name = "predict"
      role          = "arn:aws:iam::111122223333:role/predict"

      file_system_config {
        arn              = aws_efs_access_point.models.arn
        local_mount_path = "/mnt/models"
      }

      vpc_config {
        subnet_ids         = [for s in aws_subnet.private : s.id]
        security_group_ids = []
      }
    }
  }

  passes "mount targets are made elsewhere" {
    resource "aws_efs_file_system" "uploads" {
      creation_token = "uploads"
    }
  }

  unknown "subnets of the function are given by the caller" {
    variable "subnet_ids" { type = list(string) }

    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_efs_file_system" "models" {
      creation_token = "models"
    }

    resource "aws_efs_access_point" "models" {
      file_system_id = aws_efs_file_system.models.id
    }

    resource "aws_efs_mount_target" "models" {
      for_each       = aws_subnet.private
      file_system_id = aws_efs_file_system.models.id
      subnet_id      = each.value.id
    }

    resource "aws_lambda_function" "predict" {
      function_name = "predict"
      role          = "arn:aws:iam::111122223333:role/predict"

      file_system_config {
        arn              = aws_efs_access_point.models.arn
        local_mount_path = "/mnt/models"
      }

      vpc_config {
        subnet_ids         = var.subnet_ids
        security_group_ids = []
      }
    }
  }
}
