rule "efs-mount-targets-single-az" {
  summary   = "File system of several zones is mounted through one of them"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    The files lie in several zones, but the only door stands in one. When it fails, nobody reaches them, and until then clients of
    other zones pay for every byte.
  MD
  fix       = "Make an `aws_efs_mount_target` in a subnet of each zone."
  notice    = "`ClientConnections` falls to 0 with one zone."
  prove     = "Cut off the mount target's subnet with `aws:network:disrupt-connectivity`, and read a file from another zone."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Config efs-filesystem-multi-az",
    "AWS Trusted Advisor Amazon EFS no mount target redundancy",
  ]

  locals {
    targets = referrers(self, "configures", "aws_efs_mount_target")
    zones   = distinct(flatten([for s in linked(self, "in_subnet") : zones(s)]))
  }

  for_each = resources("aws_efs_file_system")
  unless   = default(self.availability_zone_name, "") != ""
  when     = length(local.targets) == 1 || length(local.zones) == 1
  message  = "`${self}` can be reached through one zone only"

  label "the only door" {
    at        = local.targets
    attribute = "subnet_id"
  }

  fails "one mount target" {
    resource "aws_efs_file_system" "uploads" {
      creation_token = "uploads"
    }

    resource "aws_efs_mount_target" "uploads" {
      file_system_id = aws_efs_file_system.uploads.id
      subnet_id      = "subnet-0a1b2c3d"
    }
  }

  passes "one in each zone" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_efs_file_system" "uploads" {
      creation_token = "uploads"
    }

    resource "aws_efs_mount_target" "uploads" {
      for_each       = aws_subnet.private
      file_system_id = aws_efs_file_system.uploads.id
      subnet_id      = each.value.id
    }
  }

  passes "One Zone, which has one by design" {
    resource "aws_efs_file_system" "scratch" {
      creation_token         = "scratch"
      availability_zone_name = "eu-west-1a"
    }

    resource "aws_efs_mount_target" "scratch" {
      file_system_id = aws_efs_file_system.scratch.id
      subnet_id      = "subnet-0a1b2c3d"
    }
  }

  passes "mounted elsewhere" {
    resource "aws_efs_file_system" "uploads" {
      creation_token = "uploads"
    }
  }

  unknown "subnets are given by the caller" {
    variable "subnet_ids" { type = set(string) }

    resource "aws_efs_file_system" "uploads" {
      creation_token = "uploads"
    }

    resource "aws_efs_mount_target" "uploads" {
      for_each       = var.subnet_ids
      file_system_id = aws_efs_file_system.uploads.id
      subnet_id      = each.key
    }
  }
}
