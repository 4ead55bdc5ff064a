rule "ec2-data-volume-deleted-with-instance" {
  summary   = "Data volume is deleted with its machine"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    A plan that replaces the machine, for a newer image or another subnet, deletes the volumes that are declared in it: `delete_on_termination` is on
    unless it is switched off.
  MD
  fix       = "Set `delete_on_termination = false`, or make the volume an `aws_ebs_volume` with an `aws_volume_attachment`."
  notice    = "The volume is gone from `describe-volumes` after its machine was terminated."
  prove     = "Terminate a test machine with `aws:ec2:terminate-instances`, and look for its data."
  references = [
    "Amazon EC2 User Guide: Preserve data when an instance is terminated",
    "AWS Well-Architected REL09-BP01",
  ]

  locals {
    covered = in_backup_plan(self) || is_marked_for_backup(self) || anytrue([
      for k in keys(default(self.volume_tags, {})) : can(regex("(?i)backup|snapshot|dlm", k))
    ])
    # Machines that keep nothing.
    passing = anytrue([
      for name in [address(self), default(try(self.tags.Name, null), "")] :
      can(regex("(?i)bastion|jump|runner|agent|build|(^|[^a-z])(ci|nat|vpn|test|demo|proxy|worker|web)([^a-z]|$)|sandbox", name))
    ])
    spot = length(default(self.instance_market_options, [])) > 0
  }

  for_each = resources("aws_instance")
  unless   = local.covered || local.passing || local.spot
  when     = anytrue([for b in default(self.ebs_block_device, []) : default(b.delete_on_termination, true) == true])
  at       = "ebs_block_device"
  message  = "a plan that replaces `${self}` deletes the volume that is declared here, with what is on it"

  fails "left out" {
    resource "aws_instance" "wiki" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t3.large"

      ebs_block_device {
        device_name = "/dev/sdf"
        volume_size = 200
      }
    }
  }

  passes "it stays" {
    resource "aws_instance" "wiki" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t3.large"

      ebs_block_device {
        device_name           = "/dev/sdf"
        volume_size           = 200
        delete_on_termination = false
      }
    }
  }

  passes "the volume is a resource of its own" {
    resource "aws_instance" "wiki" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t3.large"
    }

    resource "aws_ebs_volume" "wiki" {
      availability_zone = "eu-west-1a"
      size              = 200
      tags              = { Backup = "daily" }
    }

    resource "aws_volume_attachment" "wiki" {
      device_name = "/dev/sdf"
      instance_id = aws_instance.wiki.id
      volume_id   = aws_ebs_volume.wiki.id
    }
  }

  passes "the machine is backed up" {
    resource "aws_instance" "wiki" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t3.large"
      tags          = { Backup = "daily" }

      ebs_block_device {
        device_name = "/dev/sdf"
        volume_size = 200
      }
    }
  }

  passes "a machine that keeps nothing" {
    resource "aws_instance" "bastion" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t3.micro"

      ebs_block_device {
        device_name = "/dev/sdf"
        volume_size = 20
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "disposable" { type = bool }

    resource "aws_instance" "wiki" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t3.large"

      ebs_block_device {
        device_name           = "/dev/sdf"
        volume_size           = 200
        delete_on_termination = var.disposable
      }
    }
  }
}
