rule "asg-volume-pinned-to-zone" {
  summary    = "Machines of several zones expect one volume of one zone"
  principle  = "redundancy"
  severity   = "error"
  since      = "2027.1"
  why        = <<-MD
    A volume can be attached in its own zone only. A machine that the group starts in another zone, after a failure or to balance,
    does not get its data and does not come up.
  MD
  fix        = "Keep the data in EFS or another store of several zones, or make a group and a volume for each zone."
  notice     = "Machines in other zones start, fail to attach the volume and are replaced again and again."
  prove      = "Terminate the machine in the volume's zone with `aws:ec2:terminate-instances` while that zone refuses new ones, and see the next one fail."
  references = ["AWS Well-Architected REL10-BP01", "Amazon EBS: attach a volume to an instance"]

  locals {
    templates = referrers(self, "refers", "aws_launch_template", "aws_launch_configuration")
    groups    = flatten([for t in local.templates : referrers(t, "uses", "aws_autoscaling_group")])
    # A volume in each zone is found by the machine that needs it.
    others = distinct(flatten([for t in local.templates : [for v in concat(refs(t.user_data, "aws_ebs_volume"), refs(t.user_data_base64, "aws_ebs_volume")) : zones(v)]]))
    wide   = [for g in local.groups : g if length(distinct(zones(g))) > length(local.others)]
  }

  for_each = resources("aws_ebs_volume")
  when     = length(local.others) > 0 && length(local.wide) > 0
  at       = "availability_zone"
  message  = "`${local.wide[0]}` starts machines in ${length(distinct(zones(local.wide[0])))} zones, and `${self}` can be attached in one of them"

  label "starts machines that expect it" {
    at        = local.wide
    attribute = "vpc_zone_identifier"
  }

  fails "volume in the start script" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_ebs_volume" "data" {
      availability_zone = "eu-west-1a"
      size              = 100
    }

    resource "aws_launch_template" "ledger" {
      image_id  = "ami-0a1b2c3d"
      user_data = base64encode("aws ec2 attach-volume --volume-id ${aws_ebs_volume.data.id} --device /dev/xvdf")
    }

    resource "aws_autoscaling_group" "ledger" {
      min_size            = 1
      max_size            = 1
      vpc_zone_identifier = [for s in aws_subnet.private : s.id]

      launch_template {
        id = aws_launch_template.ledger.id
      }
    }
  }

  passes "group in the zone of its volume" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_ebs_volume" "data" {
      for_each          = aws_subnet.private
      availability_zone = each.value.availability_zone
      size              = 100
    }

    resource "aws_launch_template" "ledger" {
      for_each  = aws_ebs_volume.data
      image_id  = "ami-0a1b2c3d"
      user_data = base64encode("aws ec2 attach-volume --volume-id ${each.value.id} --device /dev/xvdf")
    }

    resource "aws_autoscaling_group" "ledger" {
      for_each            = aws_subnet.private
      min_size            = 1
      max_size            = 1
      vpc_zone_identifier = [each.value.id]

      launch_template {
        id = aws_launch_template.ledger[each.key].id
      }
    }
  }

  passes "no volume" {
    resource "aws_launch_template" "web" {
      image_id = "ami-0a1b2c3d"
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 2
      max_size            = 4
      vpc_zone_identifier = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]

      launch_template {
        id = aws_launch_template.web.id
      }
    }
  }

  unknown "subnets are given by the caller" {
    variable "subnet_ids" { type = list(string) }

    resource "aws_ebs_volume" "data" {
      availability_zone = "eu-west-1a"
      size              = 100
    }

    resource "aws_launch_template" "ledger" {
      image_id  = "ami-0a1b2c3d"
      user_data = base64encode("aws ec2 attach-volume --volume-id ${aws_ebs_volume.data.id} --device /dev/xvdf")
    }

    resource "aws_autoscaling_group" "ledger" {
      min_size            = 1
      max_size            = 1
      vpc_zone_identifier = var.subnet_ids

      launch_template {
        id = aws_launch_template.ledger.id
      }
    }
  }
}
